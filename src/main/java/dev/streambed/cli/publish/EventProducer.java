package dev.streambed.cli.publish;

import dev.streambed.completion.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends events as they are, with the envelope of CloudEvents in their headers. Thread-safe. */
final class EventProducer implements AutoCloseable {
    private static final String EVENT_TYPE = "dev.streambed.document.changed";
    private static final String SOURCE = "/streambed/publish";
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    /** Told how a send ended. */
    @FunctionalInterface
    interface Sent {
        /**
         * The send ended.
         *
         * @param failure null where the broker acknowledged
         */
        void ended(@Nullable Exception failure);
    }

    private final Producer<byte[], byte[]> producer;
    private final String topic;

    EventProducer(Map<String, Object> settings, String topic) {
        Map<String, Object> own = new HashMap<>(settings);
        own.put(ProducerConfig.ACKS_CONFIG, "all");
        own.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 2);
        // The broker says what is too large, not a limit of ours.
        own.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 33 << 20);
        own.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 66L << 20);
        this.producer = new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
    }

    /**
     * Sends one event; blocks while the buffer is full.
     *
     * @param eventId {@code ce_id}
     * @param key the document's id
     * @param replyPartition the partition of {@code completions} that is read, or null
     * @param sent called exactly once, from the producer's thread or this one
     */
    void send(String eventId, String key, byte[] value, @Nullable Integer replyPartition, Sent sent) {
        ProducerRecord<byte[], byte[]> event =
                new ProducerRecord<>(topic, null, key.getBytes(StandardCharsets.UTF_8), value);
        Headers headers = event.headers();
        EventHeaders.add(headers, EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_1_0);
        EventHeaders.add(headers, EventHeaders.TYPE, EVENT_TYPE);
        EventHeaders.add(headers, EventHeaders.SOURCE, SOURCE);
        EventHeaders.add(headers, EventHeaders.ID, eventId);
        EventHeaders.add(headers, EventHeaders.CONTENT_TYPE, EventHeaders.JSON);
        if (replyPartition != null) {
            EventHeaders.add(headers, EventHeaders.REPLY_PARTITION, replyPartition.toString());
        }
        try {
            Future<RecordMetadata> unused = producer.send(event, (metadata, failure) -> sent.ended(failure));
        } catch (RuntimeException e) {
            sent.ended(e);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }
}
