package dev.streambed.index;

import dev.streambed.log.LogEntry;
import dev.streambed.log.Provenance;

/**
 * A record of the log on its way through INDEX.
 *
 * @param entry decoded
 * @param offset in the log's partition
 * @param arrivedAtMillis when INDEX got it, epoch milliseconds
 */
record IndexEvent(LogEntry entry, long offset, long arrivedAtMillis) {
    Provenance provenance() {
        return entry.provenance();
    }

    boolean isMark() {
        return entry instanceof LogEntry.Unchanged;
    }

    /** Whether the same event, or a later one of its lane, is behind what is remembered already. */
    boolean isNotNewerThan(Indexed indexed) {
        Provenance source = provenance();
        return source.sourceTopic().equals(indexed.sourceTopic())
                && source.sourcePartition() == indexed.sourcePartition()
                && source.sourceOffset() <= indexed.sourceOffset()
                && source.appendedAtMillis() <= indexed.appendedAtMillis();
    }

    /** Whether the same event is behind what is remembered. */
    boolean isSameSourceAs(Indexed indexed) {
        return isNotNewerThan(indexed) && provenance().sourceOffset() == indexed.sourceOffset();
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
