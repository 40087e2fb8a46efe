package dev.streambed.embed.batch;

import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.TraceSpan;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One text's sequences on their way through the model. What waits ({@link #firstWaiting} to {@link #take}) is guarded by the
 * {@link Batcher}'s lock; what is done is guarded by the job itself, for several slots may hold parts of it.
 */
final class Job {
    /** One sequence of a job. */
    record Item(Job job, int index) {
        int[] tokens() {
            return job.sequences.get(index);
        }

        /** What the tokens were made of; only where the job came with texts. */
        String text() {
            return Objects.requireNonNull(job.texts).get(index);
        }

        int length() {
            return tokens().length;
        }
    }

    private final Priority priority;
    private final List<int[]> sequences;
    private final @Nullable List<String> texts;
    private final BooleanSupplier wanted;
    private final TraceSpan span;
    private final long submittedNanos;
    private final CompletableFuture<BatchResult> future = new CompletableFuture<>();

    private final boolean[] taken;
    private int firstWaiting;
    private int waiting;

    private final float[][] vectors;
    private final float[] norms;
    private int missing;
    private long lastStartNanos;
    private long modelNanos;

    Job(Priority priority, List<int[]> sequences, long nowNanos) {
        this(priority, sequences, null, () -> true, NoSpan.NONE, nowNanos);
    }

    /**
     * @param texts one a sequence, or null where the model takes tokens
     * @param wanted asked before each batch
     * @param span of the text's document
     */
    Job(
            Priority priority,
            List<int[]> sequences,
            @Nullable List<String> texts,
            BooleanSupplier wanted,
            TraceSpan span,
            long nowNanos) {
        this.priority = priority;
        this.wanted = wanted;
        this.span = span;
        this.sequences = List.copyOf(sequences);
        this.texts = texts == null ? null : List.copyOf(texts);
        this.submittedNanos = nowNanos;
        this.lastStartNanos = nowNanos;
        this.taken = new boolean[sequences.size()];
        this.waiting = sequences.size();
        this.missing = sequences.size();
        this.vectors = new float[sequences.size()][];
        this.norms = new float[sequences.size()];
    }

    Priority priority() {
        return priority;
    }

    TraceSpan span() {
        return span;
    }

    CompletableFuture<BatchResult> future() {
        return future;
    }

    /** Whether somebody still wants the result. */
    boolean live() {
        return !future.isDone();
    }

    /** Whether a batch should hold it; it has failed where it is not wanted any more. */
    boolean isToRun() {
        if (live() && !wanted.getAsBoolean()) {
            failed(new UnwantedException());
        }
        return live();
    }

    int waiting() {
        return waiting;
    }

    /** Tokens of what waits. */
    long waitingTokens() {
        long sum = 0;
        for (int i = firstWaiting; i < taken.length; i++) {
            sum += taken[i] ? 0 : sequences.get(i).length;
        }
        return sum;
    }

    /** The waiting sequence at or behind {@code from}, or null. */
    @Nullable
    Item waitingFrom(int from) {
        for (int i = Math.max(from, firstWaiting); i < taken.length; i++) {
            if (!taken[i]) {
                return new Item(this, i);
            }
        }
        return null;
    }

    void take(int index) {
        taken[index] = true;
        waiting--;
        while (firstWaiting < taken.length && taken[firstWaiting]) {
            firstWaiting++;
        }
    }

    /** A sequence that was taken waits again. */
    void giveBack(int index) {
        taken[index] = false;
        waiting++;
        firstWaiting = Math.min(firstWaiting, index);
    }

    /** A batch with part of this job starts; returns how long that part waited. */
    synchronized long started(long nowNanos) {
        lastStartNanos = nowNanos;
        return nowNanos - submittedNanos;
    }

    /** Puts a vector in its place; the last one completes the job, on the caller's thread. */
    void done(int index, float[] vector, float norm, long batchNanos) {
        BatchResult result;
        synchronized (this) {
            vectors[index] = vector;
            norms[index] = norm;
            modelNanos = Math.max(modelNanos, batchNanos);
            missing--;
            if (missing > 0) {
                return;
            }
            result = new BatchResult(vectors, norms, lastStartNanos - submittedNanos, modelNanos);
        }
        future.complete(result);
    }

    void failed(Throwable cause) {
        future.completeExceptionally(cause);
    }
}
