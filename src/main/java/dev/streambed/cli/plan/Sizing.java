package dev.streambed.cli.plan;

import java.time.Duration;

/** The formulas, each by itself; {@link Plan} puts them together and has them in words. Bytes and counts are rounded up. */
final class Sizing {
    /** Around each window: {@code [CLS]} and {@code [SEP]}. */
    static final int SPECIAL_TOKENS = 2;

    /**
     * What of its room less the overlap a window goes forward: it ends with a sentence and begins with one. Cranfield's abstracts, a hundred
     * joined: 0.94 with windows of 128 and of 256 tokens, 0.91 with 512.
     */
    static final double STEP = 0.92;

    /** The tokens that are shared, over the overlap; the same texts: 1.03 and 1.08. */
    static final double SHARED = 1.1;

    /** Tasks for each thread that does work, so that the fullest has at most a quarter more than its share. */
    static final int TASKS_A_THREAD = 4;

    static final int LEAST_PARTITIONS = 8;

    /** Of the heap that is live at the most; the rest is the collector's. */
    static final double LIVE_SHARE = 0.6;

    static final int HEAP_STEP_MEGABYTES = 64;

    /** How long the log keeps what was replaced: {@code max.compaction.lag.ms} of {@code topics.yaml}. */
    static final Duration COMPACTION_LAG = Duration.ofDays(14);

    /** How long the lanes keep a change: {@code retention.ms} there. */
    static final Duration RETENTION = Duration.ofDays(7);

    /** A record's key, its headers and the framing of a batch of its own. */
    static final int RECORD_BYTES = 700;

    /** A window's span in a record, and the framing of its vector. */
    static final int CHUNK_BYTES = 20;

    /** The heads of a document with keys of some 36 bytes: EMBED's 200 and INDEX's 160. */
    static final int HEADS_BYTES = 360;

    /** What RocksDB, and a compacted changelog, hold of it while they compact. */
    static final int COMPACTING = 2;

    /** Of the graph over the vectors: neighbours of a node, on the lowest layer twice as many. */
    static final int HNSW_M = 16;

    /** A row's ids, numbers, and what Milvus keeps beside each row. */
    static final int ROW_BYTES = 150;

    private static final double MEGABYTE = 1 << 20;

    private Sizing() {}

    /** Windows of a document. */
    static long windows(double tokens, int chunkTokens, int overlap) {
        int room = chunkTokens - SPECIAL_TOKENS;
        return tokens <= room ? 1 : up((tokens - overlap) / (STEP * (room - overlap)));
    }

    /** A document's tokens on their way through the model. */
    static double modelTokens(double tokens, long windows, int overlap) {
        return tokens + windows * SPECIAL_TOKENS + (windows - 1) * SHARED * overlap;
    }

    /** Instances without which it cannot be done. */
    static long instancesNeeded(double tokensPerSecond, double rate, double utilisation) {
        return Math.max(1, up(tokensPerSecond / (rate * utilisation)));
    }

    /** Partitions of the lanes and of the log: a power of two. */
    static long partitions(long instances, int threads) {
        long partitions = LEAST_PARTITIONS;
        while (partitions < instances * threads * TASKS_A_THREAD) {
            partitions *= 2;
        }
        return partitions;
    }

    /** The most that is live of the heap, as topology/README.md has it, and rounded as there. */
    static long liveMegabytes(int threads, long embedInFlightBytes, long indexInFlightBytes) {
        double each = (4.0 * embedInFlightBytes + 2.2 * indexInFlightBytes) / MEGABYTE + 80;
        return Math.round(40 + 32 + 6 + threads * each);
    }

    /** The heap to give. */
    static long heapMegabytes(long liveMegabytes) {
        return up(liveMegabytes / LIVE_SHARE / HEAP_STEP_MEGABYTES) * HEAP_STEP_MEGABYTES;
    }

    /** A document's record in the log, not compressed. */
    static double logRecordBytes(double bytes, long windows, int dimension) {
        return bytes + windows * (4.0 * dimension + CHUNK_BYTES) + RECORD_BYTES;
    }

    /** The log of record, all copies. */
    static long logBytes(long documents, double peak, double recordBytes, int replication) {
        return up((documents + peak * COMPACTION_LAG.toSeconds()) * recordBytes * replication);
    }

    /** The two lanes, all copies. */
    static long laneBytes(long documents, Duration deadline, double peak, double bytes, int replication) {
        double loading = Math.min(1, (double) RETENTION.toSeconds() / deadline.toSeconds()) * documents;
        return up((loading + peak * RETENTION.toSeconds()) * (bytes + RECORD_BYTES) * replication);
    }

    /** The changelogs of the heads, all copies. */
    static long changelogBytes(long documents, int replication) {
        return up((double) documents * HEADS_BYTES * COMPACTING * replication);
    }

    /** The heads on the disk of an instance that holds its part of a lost one's. */
    static long stateBytes(long documents, long instances) {
        return up((double) documents * HEADS_BYTES * COMPACTING / Math.max(1, instances - 1));
    }

    /** A vector's neighbours: twice M on the lowest layer, and a node in M is on the next one. */
    static double graphBytes() {
        return 4.0 * 2 * HNSW_M * (1 + 1.0 / HNSW_M);
    }

    /** The query nodes' memory, all of it, one copy of each row. */
    static long milvusBytes(long rows, int dimension, double textBytes, double utilisation) {
        return up(rows * (4.0 * dimension + graphBytes() + ROW_BYTES + textBytes) / utilisation);
    }

    static long up(double value) {
        return (long) Math.ceil(value);
    }
}
