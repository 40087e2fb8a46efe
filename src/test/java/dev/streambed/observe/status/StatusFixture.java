package dev.streambed.observe.status;

import dev.streambed.observe.Metrics;
import dev.streambed.observe.lag.LagGroup;
import dev.streambed.observe.lag.LagSnapshot;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;

/** Statuses as a process at work tells them, read from meters as there. */
public final class StatusFixture {
    private static final Standing WORKS = new Standing(true, List.of(), stages(List.of()), null);

    private StatusFixture() {}

    private static List<Standing.OfStage> stages(List<String> embedHolds) {
        return List.of(new Standing.OfStage("embed", embedHolds, 1.5), new Standing.OfStage("index", List.of(), 0));
    }

    /** Both stages at work, so many partitions each. */
    public static Status busy(int partitions) {
        return read(
                WORKS,
                Pipelines.lag(partitions, Pipelines.EMBED, Pipelines.INDEX),
                registry -> fill(registry, 0, false),
                Pipelines.EMBED,
                Pipelines.INDEX);
    }

    /** The same a little later: a hundred events more. */
    public static Status busier() {
        return read(
                WORKS,
                Pipelines.lag(8, Pipelines.EMBED, Pipelines.INDEX),
                registry -> {
                    Pipelines.stage(registry, Pipelines.EMBED, false, 130);
                    Pipelines.stage(registry, Pipelines.INDEX, false, 130);
                    Pipelines.embedder(registry);
                    Pipelines.writer(registry, 0);
                    Pipelines.outcomes(registry);
                },
                Pipelines.EMBED,
                Pipelines.INDEX);
    }

    /** The bulk lane is full. */
    public static Status full() {
        return read(
                new Standing(true, List.of(), stages(List.of("gate-full")), null),
                Pipelines.lag(8, Pipelines.EMBED, Pipelines.INDEX),
                registry -> fill(registry, 0, true),
                Pipelines.EMBED,
                Pipelines.INDEX);
    }

    /** The store refuses. */
    public static Status held() {
        Hold hold = new Hold("store", "store-transient", "index holds: Milvus does not answer (deadline exceeded)");
        return read(
                new Standing(true, List.of(hold), stages(List.of()), null),
                Pipelines.lag(8, Pipelines.EMBED, Pipelines.INDEX),
                registry -> fill(registry, 1, true),
                Pipelines.EMBED,
                Pipelines.INDEX);
    }

    /** The store had refused for 65 s, a while ago. */
    public static Status wasHeld() {
        Status now = busy(8);
        long since = now.atMillis() - 3_600_000;
        Status.PastHold past = new Status.PastHold(
                "store", "store-transient", "index holds: Milvus does not answer", since, since + 65_000);
        return new Status(
                now.atMillis(),
                now.instance(),
                new Status.Health(true, true, List.of(), List.of(past)),
                now.stages(),
                now.embedder(),
                now.store(),
                now.outcomes(),
                now.steps(),
                now.lagReadAtMillis(),
                now.lagFailures(),
                now.gpu(),
                now.drift(),
                now.driftHeld());
    }

    public static Status embedAlone() {
        return read(
                WORKS,
                Pipelines.lag(8, Pipelines.EMBED),
                registry -> {
                    Pipelines.stage(registry, Pipelines.EMBED, false);
                    Pipelines.embedder(registry);
                },
                Pipelines.EMBED);
    }

    public static Status indexAlone() {
        return read(
                WORKS,
                Pipelines.lag(8, Pipelines.INDEX),
                registry -> {
                    Pipelines.stage(registry, Pipelines.INDEX, false);
                    Pipelines.embedder(registry);
                    Pipelines.writer(registry, 0);
                },
                Pipelines.INDEX);
    }

    /** Nothing is there yet. */
    public static Status starting() {
        return read(Standing.starting(), LagSnapshot.NONE, registry -> {}, Pipelines.EMBED, Pipelines.INDEX);
    }

    /** The data of a tenant drift. */
    public static Status drifting() {
        return read(
                WORKS,
                Pipelines.lag(8, Pipelines.EMBED, Pipelines.INDEX),
                registry -> {
                    fill(registry, 0, false);
                    Pipelines.drift(registry);
                },
                Pipelines.EMBED,
                Pipelines.INDEX);
    }

    /** Drift is to be watched, and cannot be. */
    public static Status driftHeld() {
        return read(
                new Standing(true, List.of(), stages(List.of()), "the topic drift.p is missing"),
                Pipelines.lag(8, Pipelines.EMBED, Pipelines.INDEX),
                registry -> fill(registry, 0, false),
                Pipelines.EMBED,
                Pipelines.INDEX);
    }

    private static void fill(MeterRegistry registry, int held, boolean full) {
        Pipelines.stage(registry, Pipelines.EMBED, full);
        Pipelines.stage(registry, Pipelines.INDEX, false);
        Pipelines.embedder(registry);
        Pipelines.writer(registry, held);
        Pipelines.outcomes(registry);
    }

    private static Status read(Standing standing, LagSnapshot lag, Consumer<MeterRegistry> meters, LagGroup... groups) {
        try (Metrics metrics = new Metrics();
                StatusReader reader = new StatusReader(
                        Pipelines.facts(groups), metrics.registry(), () -> standing, () -> lag, Clock.systemUTC())) {
            meters.accept(metrics.registry());
            return reader.get();
        }
    }
}
