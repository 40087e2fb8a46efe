package dev.streambed.cli.faults.oracle;

import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads every completion there is, with plain Kafka, and remembers all of them. Reads on a thread of its own; thread-safe. */
public final class Answers implements AutoCloseable {
    private static final Duration POLL = Duration.ofSeconds(1);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Map<String, List<Answer>> byEvent = new HashMap<>(); // guarded by lock
    private final TreeSet<Long> times = new TreeSet<>(); // guarded by lock
    private final Map<TopicPartition, Long> read =
            new HashMap<>(); // guarded by lock; the next offset of each partition
    private @Nullable RuntimeException failure; // guarded by lock

    /**
     * Reads from the beginning.
     *
     * @param partitions of the topic
     */
    public Answers(String bootstrapServers, String topic, int partitions) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        200,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topic, partition));
        }
        consumer.assign(all);
        thread = new Thread(this::read, "answers");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    add(CompletionCodec.decode(record.value(), record.headers()), record.timestamp());
                }
                locked(() -> consumer.assignment().forEach(this::remember));
            }
        } catch (WakeupException closed) {
            // The end.
        } catch (RuntimeException e) {
            locked(() -> failure = e);
        }
    }

    private void remember(TopicPartition partition) {
        try {
            read.put(partition, consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException unknown) {
            // Not looked up yet.
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything up to these offsets is read, or the time is over. Says what is missing, or why nothing is read, or null. */
    public @Nullable String awaitRead(Map<TopicPartition, Long> ends, Duration atMost) {
        boolean all = await(() -> failure != null || isRead(ends), atMost);
        lock.lock();
        try {
            if (failure != null) {
                return "the completions could not be read: " + failure;
            }
            return all ? null : "the completions were read up to " + read + " only, and end at " + ends;
        } finally {
            lock.unlock();
        }
    }

    private boolean isRead(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> read.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** The ids of all events that have an answer. */
    Set<String> eventIds() {
        lock.lock();
        try {
            return Set.copyOf(byEvent.keySet());
        } finally {
            lock.unlock();
        }
    }

    void add(Completion completion, long appendedAtMillis) {
        lock.lock();
        try {
            byEvent.computeIfAbsent(completion.eventId(), id -> new ArrayList<>(1))
                    .add(new Answer(
                            completion.documentId(),
                            completion.outcome(),
                            completion.reason() == null
                                    ? null
                                    : completion.reason().code(),
                            completion.version(),
                            completion.chunks(),
                            appendedAtMillis));
            times.add(appendedAtMillis);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** All answers to one event so far, as they came. */
    public List<Answer> of(String eventId) {
        lock.lock();
        try {
            return List.copyOf(byEvent.getOrDefault(eventId, List.of()));
        } finally {
            lock.unlock();
        }
    }

    /** How many events have an answer. */
    public int answered() {
        lock.lock();
        try {
            return byEvent.size();
        } finally {
            lock.unlock();
        }
    }

    /** Answers beyond the first of each event. */
    public int repeats() {
        lock.lock();
        try {
            return byEvent.values().stream().mapToInt(each -> each.size() - 1).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Answers by outcome, the first of each event. */
    public Map<Outcome, Integer> outcomes() {
        lock.lock();
        try {
            Map<Outcome, Integer> outcomes = new TreeMap<>();
            byEvent.values().forEach(each -> outcomes.merge(each.get(0).outcome(), 1, Integer::sum));
            return outcomes;
        } finally {
            lock.unlock();
        }
    }

    /** The append time of the first answer that the broker wrote at or after a moment, epoch milliseconds. */
    public OptionalLong firstAfter(long epochMillis) {
        lock.lock();
        try {
            Long time = times.ceiling(epochMillis);
            return time == null ? OptionalLong.empty() : OptionalLong.of(time);
        } finally {
            lock.unlock();
        }
    }

    /** The events among these that have no answer yet. */
    public List<String> unanswered(Stream<String> eventIds) {
        lock.lock();
        try {
            return eventIds.filter(id -> !byEvent.containsKey(id)).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until so many events have an answer, or the time is over; says whether they have. */
    public boolean awaitAnswered(int events, Duration atMost) {
        return await(() -> byEvent.size() >= events, atMost);
    }

    /** Waits until each of these events has an answer, or the time is over; says whether they have. */
    public boolean awaitAll(Collection<String> eventIds, Duration atMost) {
        return await(() -> byEvent.size() >= eventIds.size() && byEvent.keySet().containsAll(eventIds), atMost);
    }

    private boolean await(BooleanSupplier isSo, Duration atMost) {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!isSo.getAsBoolean() && left > 0) {
                left = more.awaitNanos(left);
            }
            return isSo.getAsBoolean();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
