package dev.streambed.observe.status;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The meters of a registry by name, looked up once: with many partitions there are hundreds. For one thread and one answer. */
final class Meters {
    private final Map<String, List<Meter>> byName;

    private Meters(Map<String, List<Meter>> byName) {
        this.byName = byName;
    }

    static Meters of(MeterRegistry registry) {
        return new Meters(registry.getMeters().stream()
                .collect(Collectors.groupingBy(meter -> meter.getId().getName())));
    }

    /** Those of one name that have a tag of this value. */
    Stream<Meter> named(String name, String tag, String value) {
        return named(name).filter(meter -> value.equals(meter.getId().getTag(tag)));
    }

    Stream<Meter> named(String name) {
        return byName.getOrDefault(name, List.of()).stream();
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    @Nullable
    Double gauge(String name) {
        return named(name).findFirst().map(Meters::value).orElse(null);
    }

    /** The sum over the tags; 0 where nothing was counted yet. */
    double count(String name) {
        return named(name).mapToDouble(Meters::orZero).sum();
    }

    /** Likewise, of a timer or a summary. */
    double total(String name) {
        return named(name).mapToDouble(Meters::totalOf).sum();
    }

    /** A gauge's value or what was counted; null where it is not a number. */
    static @Nullable Double value(Meter meter) {
        double value = meter.match(
                Gauge::value,
                Counter::count,
                timer -> (double) timer.count(),
                summary -> (double) summary.count(),
                longTask -> (double) longTask.activeTasks(),
                timeGauge -> timeGauge.value(),
                FunctionCounter::count,
                timer -> timer.count(),
                other -> Double.NaN);
        return Double.isFinite(value) ? value : null;
    }

    /** The same; 0 where it is not a number. */
    static double orZero(Meter meter) {
        Double value = value(meter);
        return value == null ? 0 : value;
    }

    static double totalOf(Meter meter) {
        if (meter instanceof Timer timer) {
            return timer.totalTime(TimeUnit.MILLISECONDS);
        }
        return meter instanceof DistributionSummary summary ? summary.totalAmount() : 0;
    }

    /** A tag's value, empty where there is no such tag. */
    static String tag(Meter meter, String name) {
        return Objects.requireNonNullElse(meter.getId().getTag(name), "");
    }
}
