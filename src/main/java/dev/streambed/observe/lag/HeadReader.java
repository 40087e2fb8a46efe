package dev.streambed.observe.lag;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head of what a group has not read: when the record at an offset (or the next one there is, in a compacted partition) was
 * appended, and how large it and those that came with it are. Remembers what it read, so a group that stands still costs nothing. One thread at
 * a time. Its client is made when it is first needed, as {@link OffsetReader}'s.
 */
final class HeadReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int CALL_MILLIS = 5_000;

    /** What a partition's are looked at for; a batch may unfold to many times what was fetched. */
    private static final int RECORDS = 64;

    /**
     * The largest batch that a broker sends beside another: what Kafka's producers send at most, {@code batch.size}, unless told otherwise or a record is
     * larger. Such a one still comes, first in an answer of its own, for without it nobody could go on; a smaller limit would have each
     * partition wait for an answer of its own.
     */
    private static final int BATCH_BYTES = 16 << 10;

    /** What a broker sends at once: batches of 32 partitions, or one of any size. */
    private static final int FETCH_BYTES = 32 * BATCH_BYTES;

    /**
     * What was read.
     *
     * @param appendedAtMillis of the first record, epoch milliseconds
     * @param meanBytes of the keys and values of up to {@value #RECORDS} records
     */
    record Head(long appendedAtMillis, double meanBytes) {}

    private record Position(TopicPartition partition, long offset) {}

    private final Map<String, Object> settings;
    private final LongSupplier nanoTime;
    private @Nullable Consumer<byte[], byte[]> connected;
    private final Map<Position, Head> known = new HashMap<>();

    /**
     * Connects when it is first needed.
     *
     * @param nanoTime what {@link #at} is bounded by, as {@link System#nanoTime} has it
     */
    HeadReader(Map<String, Object> settings, LongSupplier nanoTime) {
        Map<String, Object> own = new HashMap<>(settings);
        own.remove(ConsumerConfig.GROUP_ID_CONFIG);
        own.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS);
        own.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        own.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, BATCH_BYTES);
        this.settings = own;
        this.nanoTime = nanoTime;
    }

    private Consumer<byte[], byte[]> consumer() {
        Consumer<byte[], byte[]> consumer = connected;
        if (consumer == null) {
            consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            connected = consumer;
        }
        return consumer;
    }

    /**
     * The heads.
     *
     * @param offsets the record wanted of each partition; its offset lies below the partition's end
     * @return for the partitions that answered within 5 s, and for no other
     */
    Map<TopicPartition, Head> at(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Head> heads = new HashMap<>();
        Set<TopicPartition> unknown = new HashSet<>();
        offsets.forEach((partition, offset) -> {
            Head head = known.get(new Position(partition, offset));
            if (head == null) {
                unknown.add(partition);
            } else {
                heads.put(partition, head);
            }
        });
        known.keySet()
                .removeIf(position -> offsets.containsKey(position.partition())
                        && position.offset() < offsets.getOrDefault(position.partition(), 0L));
        if (unknown.isEmpty()) {
            return heads;
        }
        Consumer<byte[], byte[]> consumer = consumer();
        consumer.assign(unknown);
        unknown.forEach(partition -> consumer.seek(partition, offsets.getOrDefault(partition, 0L)));
        // Bounded by time and not by polls: one of these brings the records of a partition or two, and there may be
        // hundreds.
        long until = nanoTime.getAsLong() + PATIENCE.toNanos();
        for (long left = PATIENCE.toNanos(); left > 0 && !unknown.isEmpty(); left = until - nanoTime.getAsLong()) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofNanos(Math.min(left, POLL.toNanos())));
            for (TopicPartition partition : records.partitions()) {
                if (unknown.remove(partition)) {
                    Head head = headOf(records.records(partition));
                    heads.put(partition, head);
                    known.put(new Position(partition, offsets.getOrDefault(partition, 0L)), head);
                }
            }
            consumer.pause(records.partitions());
        }
        consumer.assign(Set.of());
        return heads;
    }

    private static Head headOf(List<ConsumerRecord<byte[], byte[]>> records) {
        double bytes = records.stream()
                .mapToLong(record ->
                        Math.max(0, record.serializedKeySize()) + (long) Math.max(0, record.serializedValueSize()))
                .average()
                .orElse(0);
        return new Head(records.get(0).timestamp(), bytes);
    }

    @Override
    public void close() {
        if (connected != null) {
            connected.close(CloseOptions.timeout(Duration.ofMillis(CALL_MILLIS)));
        }
    }
}
