package dev.streambed.spine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads every completion there is, independently of Streambed's client, and remembers all of them. Thread-safe. */
final class AnswerBook implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Map<String, List<Completion>> byEvent = new HashMap<>();
    private final Map<String, Integer> partitions = new HashMap<>();

    AnswerBook(String bootstrapServers, String topic) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList());
        thread = new Thread(this::read, "answer-book");
        thread.start();
    }

    private void read() {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    add(CompletionCodec.decode(record.value(), record.headers()), record.partition());
                }
            }
        } catch (WakeupException closed) {
            // The end.
        } finally {
            consumer.close();
        }
    }

    private void add(Completion completion, int partition) {
        lock.lock();
        try {
            byEvent.computeIfAbsent(completion.eventId(), id -> new ArrayList<>())
                    .add(completion);
            partitions.putIfAbsent(completion.eventId(), partition);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All answers to one event so far. */
    List<Completion> of(String eventId) {
        lock.lock();
        try {
            return List.copyOf(byEvent.getOrDefault(eventId, List.of()));
        } finally {
            lock.unlock();
        }
    }

    /** Where the first answer to an event lies, -1 for none. */
    int partitionOf(String eventId) {
        lock.lock();
        try {
            return partitions.getOrDefault(eventId, -1);
        } finally {
            lock.unlock();
        }
    }

    /** Which of these events have no answer yet. */
    Set<String> unanswered(Collection<String> eventIds) {
        lock.lock();
        try {
            Set<String> open = new HashSet<>(eventIds);
            open.removeAll(byEvent.keySet());
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** The first answer to each event. */
    List<Completion> all() {
        lock.lock();
        try {
            return byEvent.values().stream().map(answers -> answers.get(0)).toList();
        } finally {
            lock.unlock();
        }
    }

    /** How many events have at least one answer. */
    int answered() {
        lock.lock();
        try {
            return byEvent.size();
        } finally {
            lock.unlock();
        }
    }

    /** How often each outcome came first. */
    Map<Outcome, Long> firstOutcomes() {
        lock.lock();
        try {
            return byEvent.values().stream()
                    .collect(Collectors.groupingBy(answers -> answers.get(0).outcome(), Collectors.counting()));
        } finally {
            lock.unlock();
        }
    }

    /** Answers beyond the first of each event. */
    int repeats() {
        lock.lock();
        try {
            return byEvent.values().stream()
                    .mapToInt(answers -> answers.size() - 1)
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the first answer to an event. */
    Completion await(String eventId, Duration atMost) {
        awaitAll(List.of(eventId), atMost);
        return of(eventId).get(0);
    }

    /** Waits until each of these events has an answer. */
    void awaitAll(Collection<String> eventIds, Duration atMost) {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!byEvent.keySet().containsAll(eventIds) && left > 0) {
                left = more.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        assertThat(unanswered(eventIds)).as("events without an answer").isEmpty();
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
