package dev.streambed.client;

import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Timings;
import dev.streambed.document.Decoded;
import dev.streambed.document.DocumentDecoder;
import dev.streambed.document.DocumentLimits;
import dev.streambed.document.EventContext;
import dev.streambed.testing.TestBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The service's side of the contract, by hand: the test takes an event and says what is answered, so that answers can be late, wrong
 * or repeated. Owned by the test's thread.
 */
final class FakeService implements AutoCloseable {
    static final int PARTITIONS = 3;

    private final String prefix;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final DocumentDecoder decoder =
            new DocumentDecoder(DocumentLimits.DEFAULTS.withReplyPartitions(PARTITIONS));
    private final Queue<ConsumerRecord<byte[], byte[]>> taken = new ArrayDeque<>();

    FakeService(TestBroker broker, String prefix) {
        this.prefix = prefix;
        for (String topic : List.of("documents", "documents.bulk", "completions")) {
            broker.createTopic(prefix + topic, PARTITIONS, Map.of("max.message.bytes", "2097152"));
        }
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(List.of(
                new TopicPartition(prefix + "documents", 0),
                new TopicPartition(prefix + "documents", 1),
                new TopicPartition(prefix + "documents", 2),
                new TopicPartition(prefix + "documents.bulk", 0),
                new TopicPartition(prefix + "documents.bulk", 1),
                new TopicPartition(prefix + "documents.bulk", 2)));
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.LINGER_MS_CONFIG,
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** The next event of either lane; waits for one. */
    ConsumerRecord<byte[], byte[]> take() {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (taken.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no event came");
            }
            consumer.poll(Duration.ofSeconds(1)).forEach(taken::add);
        }
        return taken.remove();
    }

    Decoded decode(ConsumerRecord<byte[], byte[]> record) {
        return decoder.decode(record);
    }

    /** Answers an event as the contract says. */
    Completion answer(ConsumerRecord<byte[], byte[]> record, Outcome outcome) {
        EventContext context = decode(record).context();
        Completion completion = new Completion(
                context.eventId(),
                new String(record.key(), StandardCharsets.UTF_8),
                1L,
                outcome,
                null,
                1,
                false,
                "minilm",
                Timings.NONE,
                context.correlationId(),
                context.traceparent());
        send(context, CompletionCodec.value(completion), CompletionCodec.headers(completion));
        return completion;
    }

    void send(EventContext context, byte[] value, Headers headers) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(prefix + "completions", context.replyPartition(), (byte[]) null, value, headers);
        var unused = producer.send(record);
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        consumer.close();
    }
}
