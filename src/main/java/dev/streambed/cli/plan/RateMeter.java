package dev.streambed.cli.plan;

import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.Lane;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * A quick look at what the engine does on this machine, with a backlog. The pipeline around it takes a few hundredths of that, which
 * the planned utilisation leaves room for; {@code ./streambed bench} measures it. One thread.
 */
public final class RateMeter {
    private static final int IN_FLIGHT = 64;
    private static final String TOKENS = "streambed.embed.tokens.real";

    private final EmbeddingEngine engine;
    private final MeterRegistry registry;
    private final LongSupplier clock;

    /**
     * A meter.
     *
     * @param registry the engine's
     * @param clock nanoseconds
     */
    public RateMeter(EmbeddingEngine engine, MeterRegistry registry, LongSupplier clock) {
        this.engine = engine;
        this.registry = registry;
        this.clock = clock;
    }

    /**
     * Embeds the texts, again and again, a third of the time to warm up and then for that time.
     *
     * @throws IllegalArgumentException where nothing was embedded in that time
     * @throws InterruptedException where the thread is interrupted
     */
    public Rate measure(List<String> texts, Duration time) throws InterruptedException {
        Semaphore places = new Semaphore(IN_FLIGHT);
        long begun = clock.getAsLong();
        int next = run(texts, 0, places, begun, time.toNanos() / 3);
        double before = tokens();
        long start = clock.getAsLong();
        int unused = run(texts, next, places, start, time.toNanos());
        double seconds = (clock.getAsLong() - start) / 1e9;
        double embedded = tokens() - before;
        places.acquire(IN_FLIGHT);
        if (embedded <= 0) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "nothing was embedded in %.0f s; measure for longer, or give --rates", seconds));
        }
        return new Rate(embedded / seconds, String.format(Locale.ROOT, "measured here for %.0f s", seconds));
    }

    /** A text that fails, or is refused for its length, counts for nothing. */
    private int run(List<String> texts, int from, Semaphore places, long start, long nanos)
            throws InterruptedException {
        int next = from;
        while (clock.getAsLong() - start < nanos) {
            places.acquire();
            CompletableFuture<?> unused = engine.embed(texts.get(next % texts.size()), Lane.BULK)
                    .whenComplete((done, failed) -> places.release());
            next++;
        }
        return next;
    }

    private double tokens() {
        return registry.get(TOKENS).counter().count();
    }
}
