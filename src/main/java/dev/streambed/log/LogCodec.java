package dev.streambed.log;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Entries of the log of record as Kafka records and back, exactly. An upsert's content is in its value ({@link UpsertCbor}), what
 * else an entry says in headers ({@link LogHeaders}). Thread-safe.
 */
public final class LogCodec {
    /** At most what Kafka adds to a record in a batch of its own: the batch's header (61) and the record's own lengths. */
    private static final int RECORD_OVERHEAD_BYTES = 61 + 21;

    /** At most what Kafka adds to a header: two lengths. */
    private static final int HEADER_OVERHEAD_BYTES = 10;

    private LogCodec() {}

    /** The record key; that of a mark is {@code <id>\0same}. Partition by {@link #documentIdBytes}. */
    public static byte[] key(LogEntry entry) {
        return entry instanceof LogEntry.Unchanged
                ? LogKeys.ofMark(entry.documentId())
                : LogKeys.ofDocument(entry.documentId());
    }

    /** The record value; null for a tombstone and a mark. */
    public static byte @Nullable [] value(LogEntry entry) {
        return entry instanceof LogEntry.Upsert upsert ? UpsertCbor.write(upsert) : null;
    }

    /** New headers of the record. */
    public static Headers headers(LogEntry entry) {
        Headers headers = new RecordHeaders();
        LogHeaders.write(headers, entry.provenance());
        if (entry instanceof LogEntry.Tombstone tombstone) {
            LogHeaders.add(headers, LogHeaders.VERSION, tombstone.version());
            LogHeaders.add(headers, LogHeaders.LARGEST_CHUNK_COUNT, tombstone.largestChunkCount());
        } else if (entry instanceof LogEntry.Unchanged mark) {
            LogHeaders.add(headers, LogHeaders.VERSION, mark.version());
            LogHeaders.add(headers, LogHeaders.CONTENT_VERSION, mark.contentVersion());
            LogHeaders.add(headers, LogHeaders.CHUNKS, mark.chunks());
        }
        return headers;
    }

    /**
     * Reads a record back.
     *
     * @throws LogFormatException if it is of a newer format, damaged, or not of the log
     */
    public static LogEntry decode(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        if (key == null) {
            throw new LogFormatException("a record of the log has no key");
        }
        String documentId = LogKeys.documentId(key);
        Provenance provenance = LogHeaders.read(headers);
        if (isMark(key)) {
            return new LogEntry.Unchanged(
                    documentId,
                    LogHeaders.number(headers, LogHeaders.VERSION),
                    LogHeaders.number(headers, LogHeaders.CONTENT_VERSION),
                    (int) LogHeaders.number(headers, LogHeaders.CHUNKS),
                    provenance);
        }
        if (value == null) {
            return new LogEntry.Tombstone(
                    documentId,
                    LogHeaders.number(headers, LogHeaders.VERSION),
                    (int) LogHeaders.number(headers, LogHeaders.LARGEST_CHUNK_COUNT),
                    provenance);
        }
        return UpsertCbor.read(documentId, value, provenance);
    }

    /** Whether a key is that of a mark. */
    public static boolean isMark(byte[] key) {
        return LogKeys.isMark(key);
    }

    /** The document's id in a key of either kind: what decides the partition, so that a mark follows its document. */
    public static byte[] documentIdBytes(byte[] key) {
        return LogKeys.documentIdBytes(key);
    }

    /** An upper bound of the uncompressed bytes of a record in a batch of its own: what {@code max.message.bytes} is held against. */
    public static int estimateBytes(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        int bytes = RECORD_OVERHEAD_BYTES + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        for (Header header : headers) {
            int valueBytes = header.value() == null ? 0 : header.value().length;
            bytes += HEADER_OVERHEAD_BYTES + Utils.utf8Length(header.key()) + valueBytes;
        }
        return bytes;
    }

    /** The partition Kafka's default partitioner gives a document, for records of both kinds of key. */
    public static int partition(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(documentIdBytes(key))) % partitions;
    }
}
