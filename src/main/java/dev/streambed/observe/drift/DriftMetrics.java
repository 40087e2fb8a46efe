package dev.streambed.observe.drift;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Drift among the metrics:
 *
 * <ul>
 *   <li>{@code streambed.drift.value} and {@code streambed.drift.threshold}, by pipeline, tenant and statistic: of the last window that was
 *       judged, and of the last round of the canary ({@code canary-distance}).
 *   <li>{@code streambed.drift.detected}, by pipeline, tenant and cause ({@code model}, {@code data}): 1 or 0.
 *   <li>{@code streambed.drift.baseline}, by pipeline and tenant: how much of it is there, 0..1.
 *   <li>{@code streambed.drift.windows}, by pipeline and tenant: windows that were judged, since the start.
 *   <li>{@code streambed.drift.vectors}, by what became of them: {@code taken}, {@code skipped} (by the rate, or another of its
 *       document was taken), {@code dropped} (the queue was full), {@code waiting} (no baseline, and not its turn), {@code overflow} (counted as the tenant
 *       {@code other} for want of a place).
 *   <li>{@code streambed.drift.failures}, by what failed: {@code kafka}, {@code canary}, {@code internal} (a turn threw what nobody expected).
 * </ul>
 *
 * Written by the drift thread; what is counted is read by the thread that scrapes.
 */
final class DriftMetrics {
    private final MeterRegistry registry;
    private final Tags tags;
    private final MultiGauge values;
    private final MultiGauge thresholds;
    private final MultiGauge detected;
    private final MultiGauge baselines;
    private final MultiGauge windows;
    private final List<Meter> counters = new ArrayList<>();

    DriftMetrics(MeterRegistry registry, String pipeline) {
        this.registry = registry;
        this.tags = Tags.of("pipeline", pipeline);
        this.values = gauge("streambed.drift.value", "How far the last window is from the baseline, by statistic");
        this.thresholds =
                gauge("streambed.drift.threshold", "The largest value that is chance, by statistic; above it is drift");
        this.detected = gauge("streambed.drift.detected", "1 where the last window, or the canary, shows drift");
        this.baselines = gauge("streambed.drift.baseline", "How much of the baseline is there, 0 to 1");
        this.windows = gauge("streambed.drift.windows", "Windows that were judged since the start");
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).tags(tags).register(registry);
    }

    /** Counts what becomes of the chunks. */
    <T> void count(String outcome, T of, ToDoubleFunction<T> count) {
        counter(
                "streambed.drift.vectors",
                "Embedded chunks, by whether drift looked at them",
                "outcome",
                outcome,
                of,
                count);
    }

    /** Counts what failed. */
    <T> void countFailures(String what, T of, ToDoubleFunction<T> count) {
        counter(
                "streambed.drift.failures",
                "What could not be done for drift's sake: kafka (its topic), canary (its texts), or internal (an unexpected error, which the log has)",
                "what",
                what,
                of,
                count);
    }

    private <T> void counter(
            String name, String description, String tag, String value, T of, ToDoubleFunction<T> count) {
        counters.add(FunctionCounter.builder(name, of, count)
                .description(description)
                .tags(tags.and(tag, value))
                .register(registry));
    }

    /** Shows a state in place of the one before. */
    void show(DriftSnapshot snapshot) {
        List<MultiGauge.Row<?>> valueRows = new ArrayList<>();
        List<MultiGauge.Row<?>> thresholdRows = new ArrayList<>();
        List<MultiGauge.Row<?>> detectedRows = new ArrayList<>();
        List<MultiGauge.Row<?>> baselineRows = new ArrayList<>();
        List<MultiGauge.Row<?>> windowRows = new ArrayList<>();
        DriftSnapshot.Canary canary = snapshot.canary();
        figure(DriftOptions.ALL, "canary-distance", canary.distance(), valueRows);
        figure(DriftOptions.ALL, "canary-distance", canary.limit(), thresholdRows);
        detectedRows.add(detected(DriftOptions.ALL, "model", canary.detected()));
        for (DriftSnapshot.Tenant tenant : snapshot.tenants()) {
            for (DriftSnapshot.Figure figure : tenant.figures()) {
                figure(tenant.name(), figure.name(), figure.value(), valueRows);
                figure(tenant.name(), figure.name(), figure.limit(), thresholdRows);
            }
            detectedRows.add(detected(tenant.name(), "data", tenant.detected()));
            baselineRows.add(MultiGauge.Row.of(Tags.of("tenant", tenant.name()), tenant.progress()));
            windowRows.add(MultiGauge.Row.of(Tags.of("tenant", tenant.name()), tenant.windows()));
        }
        values.register(valueRows, true);
        thresholds.register(thresholdRows, true);
        detected.register(detectedRows, true);
        baselines.register(baselineRows, true);
        windows.register(windowRows, true);
    }

    private static void figure(String tenant, String statistic, double value, List<MultiGauge.Row<?>> rows) {
        if (Double.isFinite(value)) {
            rows.add(MultiGauge.Row.of(Tags.of("tenant", tenant, "statistic", statistic), value));
        }
    }

    private static MultiGauge.Row<Number> detected(String tenant, String cause, boolean is) {
        return MultiGauge.Row.of(Tags.of("tenant", tenant, "cause", cause), is ? 1 : 0);
    }

    /** Takes everything out again. */
    void close() {
        for (MultiGauge gauge : List.of(values, thresholds, detected, baselines, windows)) {
            gauge.register(List.of(), true);
        }
        counters.forEach(registry::remove);
    }
}
