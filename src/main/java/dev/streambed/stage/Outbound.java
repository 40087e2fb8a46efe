package dev.streambed.stage;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record a stage sends.
 *
 * @param sink the name of the sink node
 * @param key null for none
 * @param value null for a tombstone or a mark
 * @param routing the bytes whose hash picks the partition, null for any partition
 * @param partition a partition asked for, null for none; one that does not exist is ignored
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record Outbound(
        String sink,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Headers headers,
        byte @Nullable [] routing,
        @Nullable Integer partition) {
    /** A record whose key picks the partition. */
    public static Outbound byKey(String sink, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new Outbound(sink, key, value, headers, key, null);
    }
}
