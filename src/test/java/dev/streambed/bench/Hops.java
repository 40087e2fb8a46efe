package dev.streambed.bench;

import dev.streambed.completion.Timings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where a document's time went between the topics, by the broker's append times: whole milliseconds each, so only their means say
 * something. A document has one event.
 */
final class Hops {
    private static final List<String> TOPICS = List.of("documents", "embeddings.minilm", "completions");

    private record Journey(long submitted, long answered, Timings timings) {}

    private final Map<String, Journey> journeys = new LinkedHashMap<>();
    private final Map<String, Map<String, Long>> appended = new HashMap<>();

    void add(String documentId, long submitted, long answered, Timings timings) {
        journeys.put(documentId, new Journey(submitted, answered, timings));
    }

    /** The keys of all three topics begin with the document's id or are it. */
    void readAppendTimes(String bootstrapServers) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            for (String topic : TOPICS) {
                List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                while (partitions.stream()
                        .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                    ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                    for (ConsumerRecord<byte[], byte[]> record : records) {
                        appended.computeIfAbsent(topic, name -> new HashMap<>())
                                .put(new String(record.key(), StandardCharsets.UTF_8), record.timestamp());
                    }
                }
            }
        }
    }

    void print() {
        double[] sums = new double[4];
        int counted = 0;
        for (Map.Entry<String, Journey> entry : journeys.entrySet()) {
            Journey journey = entry.getValue();
            Timings timings = journey.timings();
            Long[] at = TOPICS.stream()
                    .map(topic -> appended.getOrDefault(topic, Map.of()).get(entry.getKey()))
                    .toArray(Long[]::new);
            if (at[0] == null || at[1] == null || at[2] == null) {
                continue;
            }
            counted++;
            sums[0] += at[0] - journey.submitted();
            sums[1] += at[1] - at[0] - timings.tokenizeMillis() - timings.embedMillis();
            sums[2] += at[2] - at[1] - timings.indexMillis();
            sums[3] += journey.answered() - at[2];
        }
        System.out.printf(
                "  means of %d: to the topic %.1f, EMBED beside its work %.1f, INDEX beside its work %.1f, to the caller %.1f%n",
                counted, sums[0] / counted, sums[1] / counted, sums[2] / counted, sums[3] / counted);
    }
}
