package dev.streambed.cli.faults.lab;

import dev.streambed.cli.faults.process.RunFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads {@code dead-letters} with plain Kafka. */
final class DeadLetters {
    private static final Duration POLL = Duration.ofMillis(200);

    private DeadLetters() {}

    /** Everything that is there now. */
    static List<ConsumerRecord<byte[], byte[]>> read(String bootstrapServers, String topic, int partitions) {
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topic, partition));
        }
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            long end = System.nanoTime() + Lab.PATIENCE.toNanos();
            while (!ends.entrySet().stream()
                    .allMatch(partition -> consumer.position(partition.getKey()) >= partition.getValue())) {
                if (System.nanoTime() > end) {
                    throw new RunFailedException(topic + " cannot be read to its end");
                }
                consumer.poll(POLL).forEach(records::add);
            }
        }
        return records;
    }
}
