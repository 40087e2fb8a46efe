package dev.streambed.observe.drift;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The compacted topic that baselines and the canary's reference are kept in: one partition, so that all readers see one order, and the
 * last record of a key holds, which is the one that compaction keeps. Each call to Kafka is bounded. One thread at a time.
 */
public final class DriftTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DriftTopic.class);
    private static final int CALL_MILLIS = 5_000;
    private static final int SEND_MILLIS = 10_000;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int POLLS = 50;

    /** As much as topology/topics.yaml lets a record be. */
    private static final int LARGEST_BYTES = 4 << 20;

    /**
     * A record.
     *
     * @param entry null where it was taken out
     */
    public record Change(String key, @Nullable DriftEntry entry) {}

    private final TopicPartition partition;
    private final Map<String, Object> producerSettings;
    private final Map<String, Object> consumerSettings;
    private @Nullable Consumer<byte[], byte[]> consumer;

    /**
     * Connects when it is first asked something.
     *
     * @param topic its name
     * @param consumer settings of a consumer, which belongs to no group
     * @param producer settings of a producer, which exists only while something is written
     */
    public DriftTopic(String topic, Map<String, Object> consumer, Map<String, Object> producer) {
        this.partition = new TopicPartition(topic, 0);
        Map<String, Object> reading = new HashMap<>(consumer);
        reading.remove(ConsumerConfig.GROUP_ID_CONFIG);
        reading.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        reading.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        this.consumerSettings = Map.copyOf(reading);
        Map<String, Object> writing = new HashMap<>(producer);
        writing.put(ProducerConfig.ACKS_CONFIG, "all");
        writing.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_BYTES);
        writing.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_MILLIS);
        writing.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        writing.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        writing.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, SEND_MILLIS);
        this.producerSettings = Map.copyOf(writing);
    }

    /**
     * What was written since the last call, in the topic's order; at the first call, all of it.
     *
     * @throws KafkaException if the topic is missing, or the brokers do not answer in time; the next call goes on
     */
    public List<Change> read() {
        Consumer<byte[], byte[]> reader = reader();
        long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        List<Change> changes = new ArrayList<>();
        for (int poll = 0; reader.position(partition) < end; poll++) {
            if (poll == POLLS) {
                throw new KafkaException("reading " + partition.topic() + " did not reach its end in time");
            }
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL).records(partition)) {
                decode(record, changes);
            }
        }
        return changes;
    }

    /** At the beginning of the topic, once it is there. */
    private Consumer<byte[], byte[]> reader() {
        Consumer<byte[], byte[]> known = consumer;
        if (known != null) {
            return known;
        }
        KafkaConsumer<byte[], byte[]> made =
                new KafkaConsumer<>(consumerSettings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            if (made.partitionsFor(partition.topic()).isEmpty()) {
                throw new KafkaException("the topic " + partition.topic()
                        + " is missing; `./streambed topics` makes it, or set drift.enabled to false");
            }
            made.assign(List.of(partition));
            made.seekToBeginning(List.of(partition));
            consumer = made;
            return made;
        } catch (RuntimeException e) {
            close(made);
            throw e;
        }
    }

    private static void close(Consumer<byte[], byte[]> made) {
        made.close(CloseOptions.timeout(Duration.ofMillis(CALL_MILLIS)));
    }

    private void decode(ConsumerRecord<byte[], byte[]> record, List<Change> changes) {
        byte @Nullable [] bytes = record.key();
        if (bytes == null) {
            return;
        }
        String key = new String(bytes, StandardCharsets.UTF_8);
        byte @Nullable [] value = record.value();
        try {
            changes.add(new Change(key, value == null ? null : DriftCodec.read(key, value)));
        } catch (IOException e) {
            LOG.warn(
                    "Record {} of {} is not understood and left alone: {}",
                    record.offset(),
                    partition.topic(),
                    e.getMessage());
        }
    }

    /**
     * Writes an entry, and waits for the brokers.
     *
     * @throws KafkaException if they do not take it
     */
    public void write(DriftEntry entry) {
        send(List.of(record(entry.key(), DriftCodec.value(entry))));
    }

    /**
     * Takes entries out, and waits for the brokers.
     *
     * @throws KafkaException if they do not take it
     */
    public void remove(List<String> keys) {
        send(keys.stream().map(key -> record(key, null)).toList());
    }

    private ProducerRecord<byte[], byte[]> record(String key, byte @Nullable [] value) {
        return new ProducerRecord<>(
                partition.topic(), partition.partition(), key.getBytes(StandardCharsets.UTF_8), value);
    }

    private void send(List<ProducerRecord<byte[], byte[]>> records) {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(producerSettings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                producer.send(record).get(2L * SEND_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("cannot write to " + partition.topic() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        Consumer<byte[], byte[]> made = consumer;
        if (made != null) {
            close(made);
        }
    }
}
