package dev.streambed.client;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Properties of the client's producer and consumer. May be overridden: everything but {@link #FIXED}. Each property goes to those of
 * the two that know it; one that neither knows (of a login module, say) goes to both.
 */
final class KafkaSettings {
    /** The guarantees rest on these: order and no loss, one reader without a group, every document in its partition. */
    private static final Set<String> FIXED = Set.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.PARTITIONER_CLASS_CONFIG,
            ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG);

    /** What the topic {@code documents} takes: beyond, the send fails here, without the traffic. */
    private static final int MAX_REQUEST_BYTES = 2 * 1024 * 1024;

    private KafkaSettings() {}

    static void requireAllowed(Map<String, String> properties) {
        for (String name : properties.keySet()) {
            if (FIXED.contains(name)) {
                throw new IllegalArgumentException(
                        "the Kafka property " + name + " is set by the client itself; leave it out");
            }
        }
    }

    static Map<String, Object> ofProducer(EmbeddingClientConfig config, String clientId) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        // Somebody waits. Under load batches fill by themselves while the requests before are on their way.
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        putKnown(properties, config, ProducerConfig.configNames(), ConsumerConfig.configNames());
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, false);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, config.maxBlock().toMillis());
        return properties;
    }

    static Map<String, Object> ofConsumer(EmbeddingClientConfig config, String clientId) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        putKnown(properties, config, ConsumerConfig.configNames(), ProducerConfig.configNames());
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // The position is taken by hand. Should it be lost (the topic was made anew), the oldest answers that are left
        // come first.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }

    private static void putKnown(
            Map<String, Object> properties, EmbeddingClientConfig config, Set<String> own, Set<String> other) {
        config.kafkaProperties().forEach((name, value) -> {
            if (own.contains(name) || !other.contains(name)) {
                properties.put(name, value);
            }
        });
    }
}
