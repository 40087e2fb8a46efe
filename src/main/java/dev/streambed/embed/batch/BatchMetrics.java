package dev.streambed.embed.batch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The batcher's meters; removed from the registry on close, so that a later batcher can register its own. */
final class BatchMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final Timer queue;
    private final Timer model;
    private final Counter realTokens;
    private final Counter paddedTokens;
    private final Counter outOfMemory;
    private final Gauge queued;
    private final Gauge budget;
    private final Gauge oldest;
    private final Gauge busyRate;
    private final Gauge slots;
    private final Gauge running;

    BatchMetrics(
            MeterRegistry registry,
            Supplier<Number> queuedChunks,
            Supplier<Number> tokenBudget,
            Supplier<Number> oldestBatchSeconds,
            Supplier<Number> busyTokensPerSecond,
            Supplier<Number> runningBatches,
            int slotCount) {
        this.registry = registry;
        this.queue = Timer.builder("streambed.embed.queue")
                .description("A chunk's wait for its batch to start")
                .register(registry);
        this.model = Timer.builder("streambed.embed.model")
                .description("One batch in the model")
                .register(registry);
        this.realTokens = Counter.builder("streambed.embed.tokens.real")
                .description("Tokens embedded, special ones included")
                .register(registry);
        this.paddedTokens = Counter.builder("streambed.embed.tokens.padded")
                .description("Cells of the batches: real tokens and padding")
                .register(registry);
        this.outOfMemory = Counter.builder("streambed.embed.out.of.memory")
                .description("Batches the device had no memory for; each halves the token budget")
                .register(registry);
        this.queued = Gauge.builder("streambed.embed.queued.chunks", queuedChunks)
                .description("Chunks that wait for a slot")
                .register(registry);
        this.budget = Gauge.builder("streambed.embed.token.budget", tokenBudget)
                .description("Cells a batch may have at present")
                .register(registry);
        this.oldest = Gauge.builder("streambed.embed.oldest.batch", oldestBatchSeconds)
                .description("How long the oldest batch in the model has been there; 0: none is")
                .baseUnit("seconds")
                .register(registry);
        this.busyRate = Gauge.builder("streambed.embed.busy.rate", busyTokensPerSecond)
                .description(
                        "Tokens a second while more wait than are in the model; NaN before a second of that was seen")
                .register(registry);
        this.slots = Gauge.builder("streambed.embed.slots", () -> slotCount)
                .description("Batches that may be in the model at once")
                .register(registry);
        this.running = Gauge.builder("streambed.embed.running.batches", runningBatches)
                .description("Batches in the model")
                .register(registry);
    }

    void waited(long nanos) {
        queue.record(nanos, TimeUnit.NANOSECONDS);
    }

    void ran(long nanos, long real, long padded) {
        model.record(nanos, TimeUnit.NANOSECONDS);
        realTokens.increment((double) real);
        paddedTokens.increment((double) padded);
    }

    void ranOutOfMemory() {
        outOfMemory.increment();
    }

    @Override
    public void close() {
        registry.remove(queued);
        registry.remove(budget);
        registry.remove(oldest);
        registry.remove(busyRate);
        registry.remove(slots);
        registry.remove(running);
    }
}
