package dev.streambed.cli.bench;

import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.Lane;
import dev.streambed.embed.OnnxEmbeddingEngine;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelFiles;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Feeds an engine with a backlog. The calling thread is the one that submits. */
final class EngineRate implements AutoCloseable {
    /** Texts in flight: twice what the batcher looks ahead on a GPU. */
    private static final int BACKLOG = 8192;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final OnnxEmbeddingEngine engine;

    EngineRate(EngineOptions options, Function<ModelFiles, ? extends EmbeddingModel> models) {
        this.engine = OnnxEmbeddingEngine.open(options, models, registry);
    }

    /**
     * What came out.
     *
     * @param tokensPerSecond real ones
     * @param fill real tokens a cell
     * @param gpu the card while it ran, or null
     */
    record Result(double tokensPerSecond, double fill, EmbedderReport.@Nullable Gpu gpu) {}

    /** Over and over, for so long; some of that before it counts. What is in flight at the end is given up by {@link #close}. */
    Result run(List<String> texts, Duration each) {
        Semaphore room = new Semaphore(BACKLOG);
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        long warm = System.nanoTime() + each.toNanos() / 2;
        long end = warm + each.toNanos();
        double realBefore = -1;
        double paddedBefore = 0;
        long countedFrom = 0;
        for (int i = 0; System.nanoTime() - end < 0; i++) {
            room.acquireUninterruptibly();
            var unused = engine.embed(texts.get(i % texts.size()), Lane.BULK).whenComplete((result, thrown) -> {
                if (thrown != null) {
                    failure.compareAndSet(null, thrown);
                }
                room.release();
            });
            if (realBefore < 0 && System.nanoTime() - warm >= 0) {
                realBefore = counter("streambed.embed.tokens.real");
                paddedBefore = counter("streambed.embed.tokens.padded");
                countedFrom = System.nanoTime();
            }
        }
        if (realBefore < 0) {
            throw new BenchException("the backlog did not move in " + each.toSeconds() + " s; measure for longer");
        }
        double seconds = (System.nanoTime() - countedFrom) / 1e9;
        double real = counter("streambed.embed.tokens.real") - realBefore;
        double padded = counter("streambed.embed.tokens.padded") - paddedBefore;
        throwIfFailed(failure.get());
        return new Result(real / seconds, real / Math.max(1, padded), gpu());
    }

    /** Each once, all at the same time; returns how many were embedded when all are, or have failed. */
    int all(List<String> texts) {
        List<CompletableFuture<Integer>> all = texts.stream()
                .map(text -> engine.embed(text, Lane.BULK).handle((embedded, failure) -> failure == null ? 1 : 0))
                .toList();
        return all.stream().mapToInt(CompletableFuture::join).sum();
    }

    private static void throwIfFailed(@Nullable Throwable failure) {
        if (failure != null) {
            throw new BenchException("a text was not embedded: " + failure.getMessage());
        }
    }

    private EmbedderReport.@Nullable Gpu gpu() {
        return registry.find("streambed.gpu.utilization").gauge() == null
                ? null
                : new EmbedderReport.Gpu(
                        gauge("streambed.gpu.utilization"),
                        gauge("streambed.gpu.memory.used"),
                        gauge("streambed.gpu.temperature"));
    }

    double counter(String meter) {
        Counter counter = registry.find(meter).counter();
        return counter == null ? 0 : counter.count();
    }

    double gauge(String meter) {
        Gauge gauge = registry.find(meter).gauge();
        return gauge == null ? 0 : gauge.value();
    }

    @Override
    public void close() {
        engine.close();
        registry.close();
    }
}
