package dev.streambed.embed;

import dev.streambed.completion.Reason;
import dev.streambed.log.LogCodec;
import dev.streambed.stage.Omitted;
import dev.streambed.stage.Outbound;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What is kept of an event that was refused: its record as it came, and why. Immutable; any thread.
 *
 * @param largestBytes what the topic takes
 */
record DeadLetters(int largestBytes) {
    /** The record as it came, or where it is too large for the topic, where it lies and how large it is. */
    Outbound of(ConsumerRecord<byte[], byte[]> record, Reason reason) {
        Headers headers = withReason(new RecordHeaders(record.headers()), record, reason);
        int bytes = LogCodec.estimateBytes(record.key(), record.value(), headers);
        OptionalLong omitted = Omitted.bytesOf(record.headers());
        if (omitted.isEmpty() && bytes <= largestBytes) {
            return Outbound.byKey(EmbedTopology.DEAD_LETTERS, record.key(), record.value(), headers);
        }
        Headers alone = withReason(new RecordHeaders(), record, reason);
        add(alone, "sb_omitted", Long.toString(omitted.orElse(bytes)));
        return Outbound.byKey(EmbedTopology.DEAD_LETTERS, null, null, alone);
    }

    private static Headers withReason(Headers headers, ConsumerRecord<byte[], byte[]> record, Reason reason) {
        add(headers, "sb_topic", record.topic());
        add(headers, "sb_partition", Integer.toString(record.partition()));
        add(headers, "sb_offset", Long.toString(record.offset()));
        add(headers, "sb_reason", reason.code().wireName());
        add(headers, "sb_message", reason.message());
        return headers;
    }

    private static void add(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
