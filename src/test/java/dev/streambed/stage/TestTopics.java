package dev.streambed.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.streambed.testing.TestBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topics around the tests' stage: sends changes into its lanes, from any thread, and reads all its answers, on the test's
 * thread.
 */
final class TestTopics implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** An answer, and where it lies. */
    record Answered(TestResult result, String documentId, int partition, long offset) {}

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Answered> answers = new ArrayList<>();

    /** Creates the topics; the broker must not have them yet. */
    TestTopics(TestBroker broker, TestStage.Names names, int partitions) {
        Map<String, String> lane = Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        broker.createTopic(names.bulk(), partitions, lane);
        broker.createTopic(names.interactive(), partitions, lane);
        broker.createTopic(names.results(), partitions);
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
        consumer.assign(IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(names.results(), partition))
                .toList());
    }

    /** Sends an event and waits until it is there. */
    TestEvent send(String topic, String documentId, long version, String content) {
        return sendSoon(topic, documentId, version, content).join();
    }

    /** Sends an event. */
    CompletableFuture<TestEvent> sendSoon(String topic, String documentId, long version, String content) {
        CompletableFuture<TestEvent> sent = new CompletableFuture<>();
        var unused = producer.send(
                new ProducerRecord<>(topic, documentId.getBytes(UTF_8), TestEvent.value(version, content)),
                (at, failure) -> {
                    if (failure != null) {
                        sent.completeExceptionally(failure);
                    } else {
                        EventRef ref = new EventRef(topic, at.partition(), at.offset());
                        sent.complete(new TestEvent(ref, documentId, version, at.timestamp(), content));
                    }
                });
        return sent;
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

    /** What was read so far. */
    List<TestResult> answers() {
        return answers.stream().map(Answered::result).toList();
    }

    /** The events that what was read so far answers. */
    Set<EventRef> answeredRefs() {
        return answers.stream().map(answer -> answer.result().ref()).collect(Collectors.toSet());
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
