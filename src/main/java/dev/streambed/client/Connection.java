package dev.streambed.client;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Opens an {@link EmbeddingClient}: the topics looked up, the position taken, the metadata warm, in this order. */
final class Connection {
    private static final Duration NEW_TOPIC_GRACE = Duration.ofSeconds(2);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

    private final EmbeddingClientConfig config;
    private final long deadlineNanos;

    private Connection(EmbeddingClientConfig config) {
        this.config = config;
        this.deadlineNanos = System.nanoTime() + config.connectTimeout().toNanos();
    }

    static EmbeddingClient open(EmbeddingClientConfig config) {
        String name = "streambed-client-" + UUID.randomUUID().toString().substring(0, 8);
        KafkaConsumer<byte[], byte[]> consumer = null;
        KafkaProducer<byte[], byte[]> producer = null;
        try {
            consumer = new KafkaConsumer<>(
                    KafkaSettings.ofConsumer(config, name), new ByteArrayDeserializer(), new ByteArrayDeserializer());
            producer = new KafkaProducer<>(
                    KafkaSettings.ofProducer(config, name), new ByteArraySerializer(), new ByteArraySerializer());
            return new Connection(config).open(name, consumer, producer);
        } catch (KafkaException | EmbeddingClientException e) {
            if (producer != null) {
                producer.close(Duration.ZERO);
            }
            if (consumer != null) {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
            throw e instanceof EmbeddingClientException known
                    ? known
                    : new EmbeddingClientException(
                            "cannot connect to " + config.bootstrapServers() + ": " + e.getMessage(), e);
        }
    }

    private EmbeddingClient open(
            String name, KafkaConsumer<byte[], byte[]> consumer, KafkaProducer<byte[], byte[]> producer) {
        String completions = config.completionsTopic();
        int replyPartition = replyPartition(completions, partitions(consumer, completions));
        partitions(consumer, config.documentsTopic(false));
        TopicPartition replies = new TopicPartition(completions, replyPartition);
        consumer.assign(List.of(replies));
        consumer.seekToEnd(List.of(replies));
        // Seeking is lazy: only this asks the broker, and it must be before the first send.
        consumer.position(replies, left());
        warm(producer, config.documentsTopic(false));

        PendingSubmissions pending = new PendingSubmissions(config.maxPending(), name + "-timeouts");
        CompletionReader reader = new CompletionReader(consumer, pending, config.closeTimeout(), name + "-completions");
        EmbeddingClient client = new EmbeddingClient(config, producer, reader, pending, replyPartition);
        reader.start();
        return client;
    }

    private int replyPartition(String topic, int partitions) {
        Integer wanted = config.replyPartition();
        if (wanted == null) {
            return ThreadLocalRandom.current().nextInt(partitions);
        }
        if (wanted < 0 || wanted >= partitions) {
            throw new EmbeddingClientException(
                    "the reply partition " + wanted + " is not there: " + topic + " has " + partitions + " partitions",
                    null);
        }
        return wanted;
    }

    private int partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        // A topic made a moment ago is not known to every broker yet; a missing one should be told soon.
        long graceNanos = System.nanoTime() + Math.min(left().toNanos(), NEW_TOPIC_GRACE.toNanos());
        while (true) {
            int partitions = partitionsNow(consumer, topic);
            if (partitions > 0) {
                return partitions;
            }
            if (System.nanoTime() - graceNanos > 0) {
                throw new EmbeddingClientException(
                        "the topic " + topic
                                + " is not there; create it with `streambed topics`, or set the topics' prefix",
                        null);
            }
            LockSupport.parkNanos(RETRY_PAUSE.toNanos());
        }
    }

    private int partitionsNow(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        try {
            List<PartitionInfo> partitions = consumer.partitionsFor(topic, left());
            return partitions == null ? 0 : partitions.size();
        } catch (UnknownTopicOrPartitionException e) {
            return 0;
        }
    }

    /** So that the first submission need not wait for metadata, with the short time a submission may block. */
    private void warm(KafkaProducer<byte[], byte[]> producer, String topic) {
        while (true) {
            try {
                producer.partitionsFor(topic);
                return;
            } catch (TimeoutException e) {
                if (left().isZero()) {
                    throw e;
                }
            }
        }
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }
}
