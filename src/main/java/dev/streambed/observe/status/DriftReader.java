package dev.streambed.observe.status;

import dev.streambed.observe.status.Status.Drift;
import dev.streambed.observe.status.Status.DriftFigure;
import io.micrometer.core.instrument.Meter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts together by tenant what the meters {@code streambed.drift.*} tell one by one. For one answer. */
final class DriftReader {
    private static final String ALL = "all";

    /** What is said of one tenant so far. */
    private static final class Tenant {
        private final List<String> detected = new ArrayList<>();
        private final Map<String, Double> limits = new HashMap<>();
        private final Map<String, Double> values = new TreeMap<>();
        private @Nullable Double baseline;
        private @Nullable Double windows;

        private Drift as(String name) {
            return new Drift(
                    name,
                    detected.stream().sorted().toList(),
                    baseline,
                    windows,
                    values.entrySet().stream()
                            .map(each -> new DriftFigure(each.getKey(), each.getValue(), limits.get(each.getKey())))
                            .toList());
        }
    }

    private final Map<String, Tenant> tenants = new HashMap<>();

    private DriftReader() {}

    /** Those that drift first, then by name; {@code all}, which has the model, before the others. Empty where nobody watches. */
    static List<Drift> read(Meters meters) {
        DriftReader reader = new DriftReader();
        meters.named("streambed.drift.value").forEach(meter -> {
            Double value = Meters.value(meter);
            if (value != null) {
                reader.of(meter).values.put(Meters.tag(meter, "statistic"), value);
            }
        });
        meters.named("streambed.drift.threshold").forEach(meter -> {
            Double limit = Meters.value(meter);
            if (limit != null) {
                reader.of(meter).limits.put(Meters.tag(meter, "statistic"), limit);
            }
        });
        meters.named("streambed.drift.detected").forEach(meter -> {
            Tenant tenant = reader.of(meter);
            if (Meters.orZero(meter) > 0) {
                tenant.detected.add(Meters.tag(meter, "cause"));
            }
        });
        meters.named("streambed.drift.baseline").forEach(meter -> reader.of(meter).baseline = Meters.value(meter));
        meters.named("streambed.drift.windows").forEach(meter -> reader.of(meter).windows = Meters.value(meter));
        return reader.tenants.entrySet().stream()
                .map(each -> each.getValue().as(each.getKey()))
                .sorted(Comparator.comparing((Drift drift) -> drift.detected().isEmpty())
                        .thenComparing(drift -> !drift.tenant().equals(ALL))
                        .thenComparing(Drift::tenant))
                .toList();
    }

    private Tenant of(Meter meter) {
        return tenants.computeIfAbsent(Meters.tag(meter, "tenant"), name -> new Tenant());
    }
}
