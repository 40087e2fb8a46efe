package dev.streambed.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.streambed.testing.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topics around the tests' stage: sends changes into its lanes and reads all its answers. Owned by the test's thread. */
final class TestTopics implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** An answer, and where it lies. */
    record Answered(TestResult result, String documentId, int partition, long offset) {}

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Answered> answers = new ArrayList<>();

    /** Creates the topics; the broker must not have them yet. */
    TestTopics(TestBroker broker, int partitions) {
        Map<String, String> lane = Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        broker.createTopic(TestStage.BULK, partitions, lane);
        broker.createTopic(TestStage.INTERACTIVE, partitions, lane);
        broker.createTopic(TestStage.RESULTS, partitions);
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(consumer.partitionsFor(TestStage.RESULTS).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList());
    }

    /** Sends an event and waits until it is there. */
    TestEvent send(String topic, String documentId, long version, String content) {
        try {
            RecordMetadata at =
                    producer.send(record(topic, documentId, version, content)).get();
            EventRef ref = new EventRef(topic, at.partition(), at.offset());
            return new TestEvent(ref, documentId, version, at.timestamp(), content);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("could not send", e.getCause());
        }
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, String documentId, long version, String content) {
        return new ProducerRecord<>(topic, documentId.getBytes(UTF_8), TestEvent.value(version, content));
    }

    /** Reads until what has been read since the start satisfies the condition; in the order of each partition. */
    List<Answered> awaitAnswers(Predicate<List<Answered>> condition) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.test(answers)) {
            if (System.nanoTime() > until) {
                throw new AssertionError("the condition was not met; answers so far: " + answers.size() + ", the last "
                        + answers.subList(Math.max(0, answers.size() - 20), answers.size()));
            }
            read(Duration.ofMillis(50));
        }
        return List.copyOf(answers);
    }

    /** Reads what is there now. */
    List<Answered> answersNow() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            read(Duration.ofMillis(50));
        }
        return List.copyOf(answers);
    }

    private void read(Duration atMost) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
            String documentId = record.key() == null ? "" : new String(record.key(), UTF_8);
            answers.add(
                    new Answered(TestResult.decode(record.value()), documentId, record.partition(), record.offset()));
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
