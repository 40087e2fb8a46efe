package dev.streambed.index;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One document's write on its way. Guarded by the writer's lock, but for what is final and immutable. */
final class PendingWrite {
    final IndexWriter.Write write;
    final CompletableFuture<Void> future = new CompletableFuture<>();

    /** Not yet in a call; what a failed call held comes back. */
    final Remaining<Row> rows;

    /** Not yet in a call; touched only when all rows are acknowledged. */
    final Remaining<String> stale;

    /** Of all its rows, as {@link WriteQueue#bytesOf} weighs them; 0 where it does not linger. */
    final long bytes;

    /** Until then it may wait for others to share its call; as {@link System#nanoTime}. */
    final long lingersUntil;

    /** Calls made or being made with parts of this. */
    int calls;

    /** The store took a look at every row. */
    volatile boolean checked;

    PendingWrite(IndexWriter.Write write, long nowNanos) {
        this.write = write;
        this.bytes = write.linger().isZero()
                ? 0 // the queue does not ask
                : write.rows().stream().mapToLong(WriteQueue::bytesOf).sum();
        this.lingersUntil = nowNanos + write.linger().toNanos();
        this.rows = new Remaining<>(write.rows());
        this.stale = new Remaining<>(write.staleIds());
    }

    boolean isFinished() {
        return rows.isEmpty() && stale.isEmpty() && calls == 0;
    }

    /** What one call carries of one document: rows or ids. */
    record Part(PendingWrite of, List<Row> rows, List<String> ids) {}

    /**
     * One call to the store: either all upserts or all deletions.
     *
     * @param bisecting half of a call that held a poisonous row: kept as it is, so that the next half is smaller still
     */
    record Call(boolean deletes, List<Part> parts, boolean bisecting) {
        /** Rows or ids. */
        int size() {
            int size = 0;
            for (Part part : parts) {
                size += part.rows().size() + part.ids().size();
            }
            return size;
        }
    }
}
