package dev.streambed.cli.faults.proxy;

import java.util.List;

/**
 * A call that has ended.
 *
 * @param method without its service: {@code Upsert}
 * @param rows what a write names, in its order; empty for other calls, and for a deletion by a filter that is no list of ids
 * @param beginNanos {@link System#nanoTime} when the proxy had the whole request
 * @param endNanos {@link System#nanoTime} before anything was told to the caller
 */
public record Call(String method, List<RowRef> rows, long beginNanos, long endNanos, Outcome outcome) {
    /**
     * A row that a write names.
     *
     * @param version the row's field of that name; -1 in a deletion, or where the collection has none
     */
    public record RowRef(String id, long version) {}

    /** The ids of {@link #rows}. */
    public List<String> ids() {
        return rows.stream().map(RowRef::id).toList();
    }

    /** How a call ended. */
    public enum Outcome {
        /** A write: the server has done it, and the caller is told so. */
        ACKNOWLEDGED,
        /** A write: the server has done it, and the caller is told UNAVAILABLE ({@link Fault.LoseAnswer}). */
        LOST,
        /** A write: the server itself refused it. */
        REFUSED,
        /** Another call: the server has answered; the answer was not looked into. */
        ANSWERED,
        /** The server failed it with a status of gRPC, or could not be reached. A write may have been done all the same. */
        FAILED,
        /** The proxy refused or failed it: the server does not know of it. */
        INJECTED,
        /** The caller gave up first. A write that had been passed on may have been done all the same. */
        ABANDONED;

        /** Whether the server is known to have done a write. */
        public boolean isWritten() {
            return this == ACKNOWLEDGED || this == LOST;
        }
    }
}
