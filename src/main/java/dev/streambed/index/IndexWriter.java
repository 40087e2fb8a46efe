package dev.streambed.index;

import dev.streambed.observe.BusyRate;
import dev.streambed.observe.HoldCode;
import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.TraceSpan;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * The only code that writes a store: coalesces the writes of many documents into few calls. Thread-safe. The caller has at
 * most one write of a document under way and bounds what is queued.
 */
public interface IndexWriter extends AutoCloseable {
    /**
     * One document's change.
     *
     * @param rows upserted first; empty for a deletion
     * @param staleIds deleted after the rows are acknowledged
     * @param mayWrite false once the caller may have lost its partition (a zombie): checked right before each call to the store;
     *     where it says no, the write fails with {@link java.util.concurrent.CancellationException}
     * @param linger how long it may wait for others to share its call, from its queueing on; 0 or more
     * @param span of the change, to which the calls are linked
     */
    record Write(
            String documentId,
            List<Row> rows,
            List<String> staleIds,
            BooleanSupplier mayWrite,
            Duration linger,
            TraceSpan span) {
        /** One that waits for nothing and is not traced. */
        public Write(String documentId, List<Row> rows, List<String> staleIds, BooleanSupplier mayWrite) {
            this(documentId, rows, staleIds, mayWrite, Duration.ZERO, NoSpan.NONE);
        }
    }

    /**
     * Queues a write. Cancelling the future drops it if its call has not started.
     *
     * @return completes when the store acknowledged all of it; exceptionally with {@link IndexException} of kind POISON only (all
     *     other kinds are held and tried again), or {@link java.util.concurrent.CancellationException}
     */
    CompletableFuture<Void> write(Write write);

    /** Why nothing is written now, for people, or null: the store's last refusal while it is being held. */
    @org.jspecify.annotations.Nullable
    String holdReason();

    /** The same in a word, for alerts. */
    default @org.jspecify.annotations.Nullable HoldCode holdCode() {
        return null;
    }

    /** Documents a second while more wait than are in calls; NaN where that was not measured. See {@link BusyRate}. */
    default double busyDocumentsPerSecond() {
        return Double.NaN;
    }

    /** Waits until the calls to the store that are under way now have ended, but at most this long. From any thread. */
    void awaitCallsUnderWay(Duration atMost);

    /** Cancels what is queued and waits briefly for the calls under way. */
    @Override
    void close();
}
