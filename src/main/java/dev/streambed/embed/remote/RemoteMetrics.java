package dev.streambed.embed.remote;

import dev.streambed.embed.remote.RemoteException.Kind;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The meters of a {@link RemoteService}; the gauges are removed from the registry on close, so that a later one can register its own. */
final class RemoteMetrics implements AutoCloseable {
    private static final String CALLS = "streambed.embedder.calls";

    private final MeterRegistry registry;
    private final Timer answered;
    private final Map<Kind, Timer> failed = new EnumMap<>(Kind.class);
    private final Gauge limit;
    private final Gauge broken;

    RemoteMetrics(MeterRegistry registry, Gate gate) {
        this.registry = registry;
        this.answered = calls("ok");
        for (Kind kind : Kind.values()) {
            failed.put(kind, calls(kind.name().toLowerCase(Locale.ROOT)));
        }
        this.limit = Gauge.builder("streambed.embedder.limit", gate::limit)
                .description("Calls to the embedding service at once that it is believed to bear")
                .register(registry);
        this.broken = Gauge.builder("streambed.embedder.broken", () -> gate.isBroken() ? 1 : 0)
                .description("1 while the circuit breaker keeps calls to the embedding service back")
                .register(registry);
    }

    private Timer calls(String outcome) {
        return Timer.builder(CALLS)
                .description("Calls to the embedding service")
                .tag("outcome", outcome)
                .register(registry);
    }

    void answered(long nanos) {
        answered.record(nanos, TimeUnit.NANOSECONDS);
    }

    void failed(Kind kind, long nanos) {
        Objects.requireNonNull(failed.get(kind)).record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        registry.remove(limit);
        registry.remove(broken);
    }
}
