package dev.streambed.observe.status;

import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import dev.streambed.completion.Timings;
import dev.streambed.observe.OutcomeMetrics;
import dev.streambed.observe.StageMetrics;
import dev.streambed.observe.lag.LagGroup;
import dev.streambed.observe.lag.LagSnapshot;
import dev.streambed.observe.lag.Pace;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The meters of a process at work, without the process. */
final class Pipelines {
    static final LagGroup EMBED = new LagGroup(
            "minilm",
            "streambed-minilm-embed",
            "embed",
            List.of(new LagGroup.Input("documents", "interactive"), new LagGroup.Input("documents.bulk", "bulk")),
            () -> Pace.UNKNOWN);
    static final LagGroup INDEX = new LagGroup(
            "minilm",
            "streambed-minilm-index",
            "index",
            List.of(new LagGroup.Input("embeddings.minilm", "log")),
            () -> Pace.UNKNOWN);
    static final long LIMIT = 16 << 20;

    private Pipelines() {}

    static StatusFacts facts(LagGroup... groups) {
        return new StatusFacts(null, "embed-0", "minilm", 1_000_000, List.of(groups), "milvus", 2, 500);
    }

    /** A stage with 4 MiB in each of its lanes, and the second of two full where that is wanted; 30 events answered. */
    static void stage(MeterRegistry registry, LagGroup group, boolean full) {
        stage(registry, group, full, 30);
    }

    static void stage(MeterRegistry registry, LagGroup group, boolean full, int answered) {
        StageMetrics metrics = new StageMetrics(registry, "minilm", group.role());
        metrics.watch(() -> 7, () -> 5);
        metrics.watchProgress(new AtomicInteger(), none -> 1.5, none -> answered);
        List<LagGroup.Input> inputs = group.inputs();
        for (int i = 0; i < inputs.size(); i++) {
            long bytes = full && i == 1 ? LIMIT : LIMIT / 4;
            metrics.watchLane(inputs.get(i).topic(), () -> bytes, () -> LIMIT);
        }
    }

    /** A lag of 10 records, 3 s old, in the last partition of each topic; 0 in the others. */
    static LagSnapshot lag(int partitions, LagGroup... groups) {
        return new LagSnapshot(
                Instant.ofEpochMilli(1_059_000),
                Stream.of(groups)
                        .flatMap(group -> group.inputs().stream().map(input -> lane(group, input, partitions)))
                        .toList());
    }

    private static LagSnapshot.Lane lane(LagGroup group, LagGroup.Input input, int partitions) {
        List<LagSnapshot.Partition> all = IntStream.range(0, partitions)
                .mapToObj(number -> number == partitions - 1
                        ? new LagSnapshot.Partition(number, 10, 3, 2048, 0.25)
                        : new LagSnapshot.Partition(number, 0, 0, 0, 0))
                .toList();
        boolean embed = group.role().equals("embed");
        return new LagSnapshot.Lane(
                group.pipeline(),
                group.id(),
                group.role(),
                input.lane(),
                input.topic(),
                embed ? 500 : Double.NaN,
                embed ? 40 : Double.NaN,
                all);
    }

    static void embedder(MeterRegistry registry) {
        gauge(registry, "streambed.embed.device", 1, Tags.of("device", "cpu", "precision", "fp32"));
        gauge(registry, "streambed.embed.slots", 2, Tags.empty());
        gauge(registry, "streambed.embed.running.batches", 1, Tags.empty());
        gauge(registry, "streambed.embed.queued.chunks", 12, Tags.empty());
        gauge(registry, "streambed.embed.token.budget", 256, Tags.empty());
        registry.counter("streambed.embed.tokens.real").increment(900);
        registry.counter("streambed.embed.tokens.padded").increment(1000);
        registry.timer("streambed.embed.model").record(Duration.ofMillis(80));
    }

    static void writer(MeterRegistry registry, int held) {
        gauge(registry, "streambed.index.hold", held, Tags.empty());
        gauge(registry, "streambed.index.inflight", 1, Tags.empty());
        gauge(registry, "streambed.index.queued.rows", 20, Tags.empty());
        gauge(registry, "streambed.index.queued.documents", 8, Tags.empty());
        registry.counter("streambed.index.retries", "kind", "TRANSIENT").increment(3);
        Timer.builder("streambed.index.call")
                .tag("op", "upsert")
                .publishPercentileHistogram()
                .register(registry)
                .record(Duration.ofMillis(12));
        registry.summary("streambed.index.call.rows", "op", "upsert").record(40);
    }

    /** An interactive event indexed after 100 ms and a bulk one after 20 s, and an interactive one rejected. */
    static void outcomes(MeterRegistry registry) {
        OutcomeMetrics index = OutcomeMetrics.ofIndex(registry, "minilm", "documents.bulk");
        index.ended("documents", Outcome.INDEXED, null, new Timings(10, 1, 60, 20, 100));
        index.ended("documents.bulk", Outcome.INDEXED, null, new Timings(19_000, 2, 120, 40, 20_000));
        OutcomeMetrics.ofEmbed(registry, "minilm", "documents.bulk")
                .ended(
                        "documents",
                        Outcome.REJECTED,
                        new Reason(ReasonCode.EMPTY_TEXT, "empty"),
                        new Timings(3, 0, 0, 0, 3));
    }

    /** The data of one tenant drift, the model and another tenant do not, and a third one's baseline is in the making. */
    static void drift(MeterRegistry registry) {
        figure(registry, "all", "canary-distance", 1e-6, 0.001);
        figure(registry, "shop", "projection-psi", 0.41, 0.12);
        figure(registry, "shop", "pairwise-cosine", 0.22, Double.NaN);
        figure(registry, "blog", "projection-psi", 0.02, 0.11);
        for (String tenant : List.of("shop", "blog", "news")) {
            Tags tags = Tags.of("pipeline", "minilm", "tenant", tenant);
            gauge(registry, "streambed.drift.detected", tenant.equals("shop") ? 1 : 0, tags.and("cause", "data"));
            gauge(registry, "streambed.drift.baseline", tenant.equals("news") ? 0.4 : 1, tags);
            gauge(registry, "streambed.drift.windows", tenant.equals("news") ? 0 : 6, tags);
        }
        gauge(
                registry,
                "streambed.drift.detected",
                0,
                Tags.of("pipeline", "minilm", "tenant", "all", "cause", "model"));
        registry.counter("streambed.drift.vectors", "pipeline", "minilm", "outcome", "taken")
                .increment();
    }

    private static void figure(MeterRegistry registry, String tenant, String statistic, double value, double limit) {
        Tags tags = Tags.of("pipeline", "minilm", "tenant", tenant, "statistic", statistic);
        gauge(registry, "streambed.drift.value", value, tags);
        if (!Double.isNaN(limit)) {
            gauge(registry, "streambed.drift.threshold", limit, tags);
        }
    }

    static void gauge(MeterRegistry registry, String name, Number value, Tags tags) {
        Gauge.builder(name, () -> value).tags(tags).register(registry);
    }
}
