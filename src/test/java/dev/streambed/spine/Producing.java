package dev.streambed.spine;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends events with plain Kafka, as any producer may. */
final class Producing implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;

    Producing(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        8 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Sends a JSON event under a random id, which it returns. */
    String send(String topic, @Nullable String key, @Nullable String json, String... headers) {
        return sendBytes(
                topic,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                json == null ? null : json.getBytes(StandardCharsets.UTF_8),
                headers);
    }

    String sendBytes(String topic, byte @Nullable [] key, byte @Nullable [] value, String... headers) {
        String id = UUID.randomUUID().toString();
        var unused = sendAs(id, topic, key, value, headers);
        return id;
    }

    /** Sends under a given event id. */
    Future<RecordMetadata> sendAs(
            String eventId, String topic, byte @Nullable [] key, byte @Nullable [] value, String... headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
        record.headers().add("ce_id", eventId.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return producer.send(record);
    }

    /** Waits for all that was sent. */
    void flush() {
        producer.flush();
    }

    /** Why the broker refused a record. */
    static Throwable refusalOf(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            sent.get();
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
        throw new AssertionError("the broker took it");
    }

    @Override
    public void close() {
        producer.close();
    }
}
