package dev.streambed.cli.bench;

import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.EmbeddingModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Runs batches that are there, with nothing around the model, for so long. */
final class ModelRate {
    private static final Duration WARM_UP = Duration.ofMillis(700);

    private ModelRate() {}

    /**
     * Each slot takes the next batch, over and over.
     *
     * @param sessions the slots take them by turns
     * @param batches at least one
     */
    static EmbedderReport.Rate of(
            List<? extends EmbeddingModel> sessions, int slots, int budget, List<List<int[]>> batches, Duration each) {
        List<BatchModel> runners = IntStream.range(0, slots)
                .mapToObj(slot -> sessions.get(slot % sessions.size()).newRunner())
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(slots);
        try {
            AtomicInteger next = new AtomicInteger();
            Run unused = run(threads, runners, batches, next, WARM_UP);
            Run run = run(threads, runners, batches, next, each);
            return new EmbedderReport.Rate(
                    budget,
                    sessions.size(),
                    slots,
                    run.realTokens() / run.seconds(),
                    (double) run.realTokens() / run.cells(),
                    1e3 * run.seconds() * slots / run.batches());
        } finally {
            threads.shutdownNow();
        }
    }

    private record Run(double seconds, long batches, long realTokens, long cells) {}

    private static Run run(
            ExecutorService threads,
            List<BatchModel> runners,
            List<List<int[]>> batches,
            AtomicInteger next,
            Duration length) {
        AtomicLong done = new AtomicLong();
        AtomicLong real = new AtomicLong();
        AtomicLong cells = new AtomicLong();
        long start = System.nanoTime();
        long end = start + length.toNanos();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (BatchModel runner : runners) {
            all.add(CompletableFuture.runAsync(
                    () -> {
                        do {
                            List<int[]> batch = batches.get(Math.floorMod(next.getAndIncrement(), batches.size()));
                            float[][] unused = runner.embed(batch);
                            long longest = 0;
                            for (int[] sequence : batch) {
                                real.addAndGet(sequence.length);
                                longest = Math.max(longest, sequence.length);
                            }
                            cells.addAndGet(longest * batch.size());
                            done.incrementAndGet();
                        } while (System.nanoTime() - end < 0);
                    },
                    threads));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
        return new Run((System.nanoTime() - start) / 1e9, done.get(), real.get(), cells.get());
    }
}
