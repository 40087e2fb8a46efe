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
 * @param whenSent run on the stream thread when the producer has it; short, and never throws; null for nothing
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record Outbound(
        String sink,
        byte @Nullable [] key,
        byte @Nullable [] value,
        Headers headers,
        byte @Nullable [] routing,
        @Nullable Integer partition,
        @Nullable Runnable whenSent) {
    /** A record of whose way nobody wants to know. */
    public Outbound(
            String sink,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            byte @Nullable [] routing,
            @Nullable Integer partition) {
        this(sink, key, value, headers, routing, partition, null);
    }

    /** A record whose key picks the partition. */
    public static Outbound byKey(String sink, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new Outbound(sink, key, value, headers, key, null);
    }
}
