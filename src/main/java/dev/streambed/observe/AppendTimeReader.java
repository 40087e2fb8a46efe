package dev.streambed.observe;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads when the record at an offset (or the next one there is, in a compacted partition) was appended. Remembers what it read, so a
 * group that stands still costs nothing. One thread at a time. Its client is made when it is first needed, as {@link OffsetReader}'s.
 */
final class AppendTimeReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int POLLS = 25;
    private static final int CALL_MILLIS = 5_000;

    private record Position(TopicPartition partition, long offset) {}

    private final Map<String, Object> settings;
    private @Nullable Consumer<byte[], byte[]> connected;
    private final Map<Position, Long> known = new HashMap<>();

    AppendTimeReader(Map<String, Object> settings) {
        Map<String, Object> own = new HashMap<>(settings);
        own.remove(ConsumerConfig.GROUP_ID_CONFIG);
        own.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        // One batch a fetch is as little as a broker gives; records may be megabytes.
        own.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1);
        own.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
        this.settings = own;
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
     * Append times, epoch milliseconds.
     *
     * @param offsets the record wanted of each partition; its offset lies below the partition's end
     * @return for the partitions that answered within 5 s
     */
    Map<TopicPartition, Long> at(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, Long> times = new HashMap<>();
        Set<TopicPartition> unknown = new HashSet<>();
        offsets.forEach((partition, offset) -> {
            Long time = known.get(new Position(partition, offset));
            if (time == null) {
                unknown.add(partition);
            } else {
                times.put(partition, time);
            }
        });
        known.keySet()
                .removeIf(position -> offsets.containsKey(position.partition())
                        && position.offset() < offsets.getOrDefault(position.partition(), 0L));
        if (unknown.isEmpty()) {
            return times;
        }
        Consumer<byte[], byte[]> consumer = consumer();
        consumer.assign(unknown);
        unknown.forEach(partition -> consumer.seek(partition, offsets.getOrDefault(partition, 0L)));
        for (int poll = 0; poll < POLLS && !unknown.isEmpty(); poll++) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (TopicPartition partition : records.partitions()) {
                ConsumerRecord<byte[], byte[]> first =
                        records.records(partition).get(0);
                if (unknown.remove(partition)) {
                    times.put(partition, first.timestamp());
                    known.put(new Position(partition, offsets.getOrDefault(partition, 0L)), first.timestamp());
                }
            }
            consumer.pause(records.partitions());
        }
        consumer.assign(Set.of());
        return times;
    }

    @Override
    public void close() {
        if (connected != null) {
            connected.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofMillis(CALL_MILLIS)));
        }
    }
}
