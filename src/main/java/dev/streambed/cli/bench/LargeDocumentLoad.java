package dev.streambed.cli.bench;

import dev.streambed.completion.Completion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The latency of short documents, sent at random moments (an open loop), without and with a large document in the same lane, by turns.
 * One caller at a time.
 */
final class LargeDocumentLoad {
    /** Few enough that they alone are no load. */
    private static final double PER_SECOND = 10;

    private static final int WARM_UP_DOCUMENTS = 100;

    private final Pipeline pipeline;
    private final LargeDocument large;
    private final List<String> texts;
    private final Random random;
    private final Consumer<String> progress;

    private Answered without = new Answered(List.of());
    private Answered with = new Answered(List.of());
    private long batches;
    private double modelSeconds;

    /**
     * @param text the large document's
     * @param texts short ones
     */
    LargeDocumentLoad(Pipeline pipeline, String text, List<String> texts, Random random, Consumer<String> progress) {
        this.pipeline = pipeline;
        this.large = new LargeDocument(pipeline, text);
        this.texts = texts;
        this.random = random;
        this.progress = progress;
    }

    /**
     * Warms up and measures.
     *
     * @param seconds of either kind, in all rounds together
     */
    LoadReport.Large measure(int rounds, int seconds) {
        progress.accept("warming up");
        double unused = pipeline.backlog(texts.subList(0, Math.min(texts.size(), WARM_UP_DOCUMENTS)));
        int chunks = large.once();
        int each = (int) Math.max(1, Math.round(PER_SECOND * seconds / rounds));
        ProcessMemory before = ProcessMemory.live();
        try (MemoryPeak peak = MemoryPeak.start()) {
            for (int round = 1; round <= rounds; round++) {
                List<Runnable> turns = new ArrayList<>(List.of(() -> without(each), () -> with(each)));
                progress.accept("round " + round + ": " + each + " short documents without and with one of " + chunks
                        + " chunks");
                Collections.rotate(turns, round);
                turns.forEach(Runnable::run);
            }
            double batchMillis = 1e3 * modelSeconds / batches;
            double p99Without = without.latencies().p99();
            double p99With = with.latencies().p99();
            return new LoadReport.Large(
                    chunks,
                    rounds * each,
                    p99Without,
                    p99With,
                    batchMillis,
                    (p99With - p99Without) / batchMillis,
                    new LoadReport.Memory(before, peak.most(), ProcessMemory.live()));
        }
    }

    private void without(int documents) {
        without = without.and(pipeline.openLoop(texts, documents, PER_SECOND, random));
    }

    private void with(int documents) {
        long batchesBefore = pipeline.batches();
        double secondsBefore = pipeline.modelSeconds();
        CompletableFuture<Completion> last = large.keepUp();
        try {
            Patience.await(() -> pipeline.batches() > batchesBefore, "the large document did not reach the model");
            with = with.and(pipeline.openLoop(texts, documents, PER_SECOND, random));
        } finally {
            large.stop();
        }
        Completion unused = last.join();
        batches += pipeline.batches() - batchesBefore;
        modelSeconds += pipeline.modelSeconds() - secondsBefore;
    }
}
