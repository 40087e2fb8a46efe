package dev.streambed.document;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Records as an input topic has them: topic {@code documents}, partition 2, offset 41. */
final class Records {
    private Records() {}

    static ConsumerRecord<byte[], byte[]> record(@Nullable String key, @Nullable String value) {
        return record(key, value, Map.of());
    }

    static ConsumerRecord<byte[], byte[]> record(
            @Nullable String key, @Nullable String value, Map<String, String> headers) {
        RecordHeaders recordHeaders = new RecordHeaders();
        headers.forEach((name, text) -> recordHeaders.add(name, utf8(text)));
        return record(utf8OrNull(key), utf8OrNull(value), recordHeaders);
    }

    static ConsumerRecord<byte[], byte[]> record(
            byte @Nullable [] key, byte @Nullable [] value, RecordHeaders headers) {
        return new ConsumerRecord<>(
                "documents",
                2,
                41L,
                1_700_000_000_000L,
                TimestampType.LOG_APPEND_TIME,
                -1,
                -1,
                key,
                value,
                headers,
                Optional.empty());
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] utf8OrNull(@Nullable String text) {
        return text == null ? null : utf8(text);
    }
}
