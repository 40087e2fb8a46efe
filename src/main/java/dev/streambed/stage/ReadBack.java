package dev.streambed.stage;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads records back by their offsets, with a consumer of its own that belongs to no group. Runs on the stream thread, inside a
 * task's initialisation: bounded by a deadline far below {@code max.poll.interval.ms}, since no poll happens meanwhile.
 */
final class ReadBack {
    private static final Logger LOG = LoggerFactory.getLogger(ReadBack.class);
    private static final Duration POLL = Duration.ofMillis(200);
    /** Skipping by reading is cheaper than a seek below this distance. */
    private static final long SEEK_BEYOND_OFFSETS = 1_000;

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Duration deadline;
    private final LongSupplier nanoTime;

    /**
     * @param consumers makes a consumer without a group
     * @param deadline for one reading
     */
    ReadBack(Supplier<Consumer<byte[], byte[]>> consumers, Duration deadline, LongSupplier nanoTime) {
        this.consumers = consumers;
        this.deadline = deadline;
        this.nanoTime = nanoTime;
    }

    /** What was read: records by reference, those lost left out; and the end of each input at the time. */
    record Result(Map<EventRef, ConsumerRecord<byte[], byte[]>> records, Map<TopicPartition, Long> ends) {}

    /**
     * Reads.
     *
     * @param refs what to read
     * @param inputs the partitions whose ends are wanted
     * @throws TimeoutException past the deadline
     */
    Result read(Collection<EventRef> refs, Collection<TopicPartition> inputs) {
        long until = nanoTime.getAsLong() + deadline.toNanos();
        while (true) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                Map<TopicPartition, Long> ends = consumer.endOffsets(inputs, remaining(until));
                Map<EventRef, ConsumerRecord<byte[], byte[]>> found = new HashMap<>();
                Map<TopicPartition, TreeSet<Long>> wanted = refs.stream()
                        .collect(Collectors.groupingBy(
                                EventRef::topicPartition,
                                Collectors.mapping(EventRef::offset, Collectors.toCollection(TreeSet::new))));
                wanted.forEach((partition, offsets) -> readPartition(consumer, partition, offsets, found, until));
                return new Result(found, ends);
            } catch (RetriableException e) {
                remaining(until);
                LOG.warn("reading {} events back failed, trying again: {}", refs.size(), e.getMessage());
            }
        }
    }

    private void readPartition(
            Consumer<byte[], byte[]> consumer,
            TopicPartition partition,
            NavigableSet<Long> offsets,
            Map<EventRef, ConsumerRecord<byte[], byte[]>> found,
            long until) {
        List<TopicPartition> one = List.of(partition);
        consumer.assign(one);
        long start = consumer.beginningOffsets(one, remaining(until)).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(one, remaining(until)).getOrDefault(partition, 0L);
        offsets.headSet(start, false).clear();
        offsets.tailSet(end, true).clear();
        long position = -1;
        while (!offsets.isEmpty()) {
            long next = offsets.first();
            if (position < 0 || next > position + SEEK_BEYOND_OFFSETS) {
                consumer.seek(partition, next);
            }
            remaining(until);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                if (offsets.contains(record.offset())) {
                    found.put(new EventRef(partition.topic(), partition.partition(), record.offset()), record);
                }
            }
            position = consumer.position(partition);
            // What lies before the position and was not found has been compacted away.
            offsets.headSet(position, false).clear();
        }
    }

    private Duration remaining(long until) {
        long left = until - nanoTime.getAsLong();
        if (left <= 0) {
            throw new TimeoutException("could not read the events in flight back within " + deadline
                    + "; the brokers do not answer in time, the task will be tried again");
        }
        return Duration.ofNanos(left);
    }
}
