package dev.streambed.cli.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What was said under {@code kafka.}, passed through to Kafka's clients. Only what somebody set is here, and {@code
 * bootstrap.servers}; the service's own defaults go below it.
 *
 * @param properties without {@code kafka.}, with the prefixes of Kafka Streams, references to secrets not resolved; unmodifiable
 */
public record KafkaSettings(Map<String, String> properties) {
    public KafkaSettings {
        properties = Map.copyOf(properties);
        if (properties.getOrDefault("bootstrap.servers", "").isBlank()) {
            throw new InvalidValueException("kafka.bootstrap.servers", "must not be empty");
        }
    }

    /** {@code host:port}, several with commas. */
    public String bootstrapServers() {
        return properties.getOrDefault("bootstrap.servers", "");
    }

    /** For Kafka Streams, which sorts the prefixes out itself. */
    public Map<String, Object> streams() {
        return new HashMap<>(properties);
    }

    /** For a plain producer: the bare settings it knows, then those with {@code producer.}. */
    public Map<String, Object> producer() {
        return client(ProducerConfig.configNames(), "producer.");
    }

    /** For a plain consumer: the bare settings it knows, then those with {@code consumer.}. */
    public Map<String, Object> consumer() {
        return client(ConsumerConfig.configNames(), "consumer.");
    }

    /** For an admin client: the bare settings it knows, then those with {@code admin.}. */
    public Map<String, Object> admin() {
        return client(AdminClientConfig.configNames(), "admin.");
    }

    /** The names only: values may be secret. */
    @Override
    public String toString() {
        return "KafkaSettings" + properties.keySet();
    }

    private Map<String, Object> client(Set<String> known, String prefix) {
        Map<String, Object> settings = new HashMap<>(KafkaReferences.providerKeys(properties));
        properties.forEach((name, value) -> {
            if (known.contains(name)) {
                settings.put(name, value);
            }
        });
        properties.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                settings.put(name.substring(prefix.length()), value);
            }
        });
        return settings;
    }
}
