package dev.streambed.client;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of an {@link EmbeddingClient}. Immutable; start from {@link #of}.
 *
 * @param bootstrapServers of Kafka, {@code host:port,…}
 * @param topicsPrefix before each topic, as the service's {@code topics.prefix}; default empty
 * @param replyPartition of {@code completions}, where this client's answers go; default null, one at random
 * @param maxPending unanswered submissions; one more fails at once; default 100,000
 * @param timeout of the wait for an answer, unless a submission says otherwise; default 60 s
 * @param maxBlock the longest a submission waits for room in the producer's memory or for the topic's metadata; default 1 s
 * @param connectTimeout of {@link EmbeddingClient#connect}; default 30 s
 * @param closeTimeout of {@link EmbeddingClient#close}; default 5 s
 * @param kafkaProperties for the producer and the consumer, e.g. {@code security.protocol}; default empty. What the client's
 *     guarantees rest on cannot be set: see {@link KafkaSettings}
 */
public record EmbeddingClientConfig(
        String bootstrapServers,
        String topicsPrefix,
        @Nullable Integer replyPartition,
        int maxPending,
        Duration timeout,
        Duration maxBlock,
        Duration connectTimeout,
        Duration closeTimeout,
        Map<String, String> kafkaProperties) {
    /** @throws IllegalArgumentException if a number or a duration is not positive, or a Kafka property is not to be set */
    public EmbeddingClientConfig {
        if (maxPending <= 0) {
            throw new IllegalArgumentException("maxPending must be positive, but is " + maxPending);
        }
        requirePositive(timeout, "timeout");
        requirePositive(maxBlock, "maxBlock");
        requirePositive(connectTimeout, "connectTimeout");
        requirePositive(closeTimeout, "closeTimeout");
        kafkaProperties = Map.copyOf(kafkaProperties);
        KafkaSettings.requireAllowed(kafkaProperties);
    }

    /** The defaults. */
    public static EmbeddingClientConfig of(String bootstrapServers) {
        return new EmbeddingClientConfig(
                bootstrapServers,
                "",
                null,
                100_000,
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Map.of());
    }

    public EmbeddingClientConfig withTopicsPrefix(String prefix) {
        return new EmbeddingClientConfig(
                bootstrapServers,
                prefix,
                replyPartition,
                maxPending,
                timeout,
                maxBlock,
                connectTimeout,
                closeTimeout,
                kafkaProperties);
    }

    public EmbeddingClientConfig withReplyPartition(@Nullable Integer partition) {
        return new EmbeddingClientConfig(
                bootstrapServers,
                topicsPrefix,
                partition,
                maxPending,
                timeout,
                maxBlock,
                connectTimeout,
                closeTimeout,
                kafkaProperties);
    }

    public EmbeddingClientConfig withMaxPending(int submissions) {
        return new EmbeddingClientConfig(
                bootstrapServers,
                topicsPrefix,
                replyPartition,
                submissions,
                timeout,
                maxBlock,
                connectTimeout,
                closeTimeout,
                kafkaProperties);
    }

    public EmbeddingClientConfig withTimeout(Duration newTimeout) {
        return new EmbeddingClientConfig(
                bootstrapServers,
                topicsPrefix,
                replyPartition,
                maxPending,
                newTimeout,
                maxBlock,
                connectTimeout,
                closeTimeout,
                kafkaProperties);
    }

    public EmbeddingClientConfig withMaxBlock(Duration newMaxBlock) {
        return new EmbeddingClientConfig(
                bootstrapServers,
                topicsPrefix,
                replyPartition,
                maxPending,
                timeout,
                newMaxBlock,
                connectTimeout,
                closeTimeout,
                kafkaProperties);
    }

    public EmbeddingClientConfig withConnectTimeout(Duration newConnectTimeout) {
        return new EmbeddingClientConfig(
                bootstrapServers,
                topicsPrefix,
                replyPartition,
                maxPending,
                timeout,
                maxBlock,
                newConnectTimeout,
                closeTimeout,
                kafkaProperties);
    }

    public EmbeddingClientConfig withCloseTimeout(Duration newCloseTimeout) {
        return new EmbeddingClientConfig(
                bootstrapServers,
                topicsPrefix,
                replyPartition,
                maxPending,
                timeout,
                maxBlock,
                connectTimeout,
                newCloseTimeout,
                kafkaProperties);
    }

    public EmbeddingClientConfig withKafkaProperties(Map<String, String> properties) {
        return new EmbeddingClientConfig(
                bootstrapServers,
                topicsPrefix,
                replyPartition,
                maxPending,
                timeout,
                maxBlock,
                connectTimeout,
                closeTimeout,
                properties);
    }

    /** Names the Kafka properties only: values may be secret. */
    @Override
    public String toString() {
        return "EmbeddingClientConfig[bootstrapServers=" + bootstrapServers + ", topicsPrefix=" + topicsPrefix
                + ", replyPartition=" + replyPartition + ", maxPending=" + maxPending + ", timeout=" + timeout
                + ", maxBlock=" + maxBlock + ", connectTimeout=" + connectTimeout + ", closeTimeout=" + closeTimeout
                + ", kafkaProperties=" + kafkaProperties.keySet() + "]";
    }

    String documentsTopic(boolean bulk) {
        return topicsPrefix + (bulk ? "documents.bulk" : "documents");
    }

    String completionsTopic() {
        return topicsPrefix + "completions";
    }

    private static void requirePositive(Duration duration, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " must be positive, but is " + duration);
        }
    }
}
