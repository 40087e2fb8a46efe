package dev.streambed.observe.drift;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of drift at a moment, for a page or a metric. Immutable.
 *
 * @param held why nothing is watched at present, for people, or null
 * @param canary of the model
 * @param tenants of the data, in the order they came
 */
public record DriftSnapshot(@Nullable String held, Canary canary, List<Tenant> tenants) {
    /** Before anything is known. */
    static final DriftSnapshot STARTING =
            new DriftSnapshot("starting", new Canary("unknown", Double.NaN, Double.NaN, 0, false), List.of());

    /**
     * The canary.
     *
     * @param state {@code unknown}, {@code steady} or {@code moved}
     * @param distance mean cosine distance from the reference, NaN before the first comparison
     * @param limit above which it has moved, NaN without a reference
     * @param checkedAtMillis when, 0 before
     * @param detected whether the model drifts
     */
    public record Canary(String state, double distance, double limit, long checkedAtMillis, boolean detected) {}

    /**
     * One tenant.
     *
     * @param name {@code all} where there is only one
     * @param phase {@code waiting}, {@code baseline} (in the making) or {@code watching}
     * @param progress of the baseline, 0..1
     * @param detected whether the data drift
     * @param windows that were judged
     * @param windowVectors in the last of them, 0 before
     * @param closedAtMillis when, 0 before
     * @param figures of the last of them; empty before
     */
    public record Tenant(
            String name,
            String phase,
            double progress,
            boolean detected,
            long windows,
            long windowVectors,
            long closedAtMillis,
            List<Figure> figures) {}

    /**
     * One figure of a window.
     *
     * @param name of a {@link Statistic}, or {@code pairwise-cosine}, {@code tokens-mean}, {@code norm-mean}
     * @param value finite
     * @param limit above which it is drift; NaN where there is none
     */
    public record Figure(String name, double value, double limit) {}

    public DriftSnapshot {
        tenants = List.copyOf(tenants);
    }

    /** The same, and why it is not watched now. */
    DriftSnapshot heldBy(String why) {
        return new DriftSnapshot(why, canary, tenants);
    }

    static DriftSnapshot of(
            @Nullable String held, boolean modelDetected, CanaryWatch canary, Collection<TenantDrift> tenants) {
        CanaryReference reference = canary.reference();
        return new DriftSnapshot(
                held,
                new Canary(
                        canary.state().name().toLowerCase(Locale.ROOT),
                        canary.distance(),
                        reference == null ? Double.NaN : reference.limit(),
                        canary.checkedAtMillis(),
                        modelDetected),
                tenants.stream().map(DriftSnapshot::tenant).toList());
    }

    private static Tenant tenant(TenantDrift tenant) {
        WindowReport report = tenant.report();
        return new Tenant(
                tenant.name(),
                tenant.baseline() != null ? "watching" : tenant.isIdle() ? "waiting" : "baseline",
                tenant.progress(),
                tenant.isDetected(),
                tenant.windows(),
                report == null ? 0 : report.vectors(),
                report == null ? 0 : report.closedAtMillis(),
                report == null ? List.of() : figures(report));
    }

    private static List<Figure> figures(WindowReport report) {
        Stream<Figure> tested = Stream.of(Statistic.values())
                .map(statistic -> new Figure(
                        statistic.label(),
                        report.values().getOrDefault(statistic, Double.NaN),
                        report.limits().getOrDefault(statistic, Double.NaN)));
        Stream<Figure> told = Stream.of(
                new Figure("pairwise-cosine", report.meanPairwiseCosine(), Double.NaN),
                new Figure("tokens-mean", report.meanTokens(), Double.NaN),
                new Figure("norm-mean", report.meanNorm(), Double.NaN));
        return Stream.concat(tested, told)
                .filter(figure -> Double.isFinite(figure.value()))
                .toList();
    }
}
