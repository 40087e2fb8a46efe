package dev.streambed.index;

import dev.streambed.log.LogEntry;
import dev.streambed.log.Provenance;
import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.TraceSpan;
import org.jspecify.annotations.Nullable;

/**
 * A record of the log on its way through INDEX.
 *
 * @param entry decoded
 * @param offset in the log's partition
 * @param arrivedAtMillis when INDEX got it, epoch milliseconds
 * @param span of its processing, from its arrival on
 */
record IndexEvent(LogEntry entry, long offset, long arrivedAtMillis, TraceSpan span) {
    /** One that is not traced. */
    IndexEvent(LogEntry entry, long offset, long arrivedAtMillis) {
        this(entry, offset, arrivedAtMillis, NoSpan.NONE);
    }

    Provenance provenance() {
        return entry.provenance();
    }

    boolean isMark() {
        return entry instanceof LogEntry.Unchanged;
    }

    /** The most rows that writing it, also in an earlier run, may have left in the store. */
    int largestChunkCount() {
        if (entry instanceof LogEntry.Upsert upsert) {
            return upsert.largestChunkCount();
        }
        return entry instanceof LogEntry.Tombstone tombstone ? tombstone.largestChunkCount() : 0;
    }

    /**
     * Whether the same event, or a later one, is behind what is remembered already: a crash of EMBED, or one that was stopped and
     * goes on, sends again what was sent and passed. Within a lane the offsets tell. Across the lanes only what is older by version
     * and by arrival is older for sure: EMBED lets neither of the two alone decide.
     */
    boolean isNotNewerThan(Indexed indexed) {
        Provenance source = provenance();
        if (source.sourceTopic().equals(indexed.sourceTopic())
                && source.sourcePartition() == indexed.sourcePartition()) {
            return source.sourceOffset() <= indexed.sourceOffset()
                    && source.appendedAtMillis() <= indexed.appendedAtMillis();
        }
        return entry.version() < indexed.version() && source.appendedAtMillis() < indexed.appendedAtMillis();
    }

    /** Whether it is the very record behind what is remembered. */
    boolean isBehind(@Nullable Indexed remembered) {
        return remembered != null && remembered.logOffset() == offset;
    }

    /** What is only done again was traced when it was done. */
    TraceSpan spanUnlessBehind(@Nullable Indexed remembered) {
        return isBehind(remembered) ? NoSpan.NONE : span;
    }

    /** Whether the same event is behind what is remembered. */
    boolean isSameSourceAs(Indexed indexed) {
        Provenance source = provenance();
        return source.sourceTopic().equals(indexed.sourceTopic())
                && source.sourcePartition() == indexed.sourcePartition()
                && source.sourceOffset() == indexed.sourceOffset()
                && source.appendedAtMillis() == indexed.appendedAtMillis();
    }

    /** Whether a crash made EMBED give the event that is remembered another version: one without a version of its own is counted anew. */
    boolean isRenumbered(Indexed indexed) {
        return entry instanceof LogEntry.Upsert && offset > indexed.logOffset() && entry.version() != indexed.version();
    }

    /** What to remember once the store acknowledged it. */
    Indexed remembered(String collection, long version, int chunks, int largestChunkCount) {
        Provenance source = provenance();
        return new Indexed(
                collection,
                version,
                chunks,
                largestChunkCount,
                offset,
                source.sourceTopic(),
                source.sourcePartition(),
                source.sourceOffset(),
                source.appendedAtMillis());
    }
}
