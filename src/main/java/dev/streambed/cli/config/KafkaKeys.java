package dev.streambed.cli.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * The settings under {@code kafka.}: what Kafka's own clients define, bare or with the prefixes that Kafka Streams knows. A value that
 * the promises of the pipeline do not survive is refused with the reason.
 */
public final class KafkaKeys {
    /** Before each of them in our configuration. */
    public static final String PREFIX = "kafka.";

    private static final List<String> CONSUMER_PREFIXES =
            List.of("consumer.", "main.consumer.", "restore.consumer.", "global.consumer.");
    private static final Set<String> SECRET_PARTS =
            Set.of("password", "secret", "token", "jaas", "credential", "keystore.key");

    /** Settings that may have one value only, and why. */
    private static final Map<String, Fixed> FIXED = Map.of(
            "processing.guarantee",
            new Fixed(
                    "at_least_once",
                    "exactly-once would not cover the vector store and costs about 10 ms; the stage's ledger answers every event without it"),
            "group.protocol",
            new Fixed(
                    "classic",
                    "the other protocols bypass the consumer that wakes the stage up and pauses it under load"),
            "max.task.idle.ms",
            new Fixed("-1", "otherwise an interactive event waits until the bulk backlog of its task is gone"));

    /** Settings that the service makes itself, and from what. */
    private static final Map<String, String> OWNED = Map.of(
            "application.id", "it follows from pipeline.name",
            "state.dir", "set state.dir, without kafka.",
            "key.serializer", "the formats are fixed",
            "value.serializer", "the formats are fixed",
            "key.deserializer", "the formats are fixed",
            "value.deserializer", "the formats are fixed",
            "default.key.serde", "the formats are fixed",
            "default.value.serde", "the formats are fixed",
            "enable.auto.commit", "the stage commits");

    private static final Map<String, ConfigDef.ConfigKey> DEFINITIONS = definitions();

    private record Fixed(String value, String reason) {}

    private KafkaKeys() {}

    /** All names, without {@link #PREFIX}. */
    static Set<String> names() {
        return DEFINITIONS.keySet();
    }

    /** Whether a value is never shown: Kafka says it is a password; or its name does, where Kafka says nothing. */
    public static boolean isSecret(String name) {
        ConfigDef.ConfigKey definition = DEFINITIONS.get(name);
        if (definition != null) {
            return definition.type == ConfigDef.Type.PASSWORD;
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRET_PARTS.stream().anyMatch(lower::contains);
    }

    /**
     * What is wrong with a setting.
     *
     * @param name without {@link #PREFIX}, one of {@link #names()} or about a provider of references
     * @param text as it was written
     * @param settings all settings, without {@link #PREFIX}, references resolved
     * @return for people, or null where nothing is; never the value of a secret
     */
    static @Nullable String problem(String name, String text, Map<String, String> settings) {
        if (KafkaReferences.isProviderKey(name)) {
            return null;
        }
        String value = settings.getOrDefault(name, text);
        String bare = bare(name);
        String reference =
                KafkaReferences.problem(bare, text, value, settings.get(AbstractConfig.CONFIG_PROVIDERS_CONFIG));
        if (reference != null) {
            return reference;
        }
        String owned = OWNED.get(bare);
        if (owned != null) {
            return "cannot be set: " + owned;
        }
        Fixed fixed = FIXED.get(bare);
        if (fixed != null && !fixed.value.equals(value.trim())) {
            return "must stay " + fixed.value + ": " + fixed.reason;
        }
        ConfigDef.ConfigKey definition = DEFINITIONS.get(name);
        if (definition == null) {
            return "is unknown";
        }
        try {
            Object parsed = ConfigDef.parseType(name, value, definition.type);
            if (definition.validator != null) {
                definition.validator.ensureValid(name, parsed);
            }
            return KafkaReferences.securityProblem(bare, value);
        } catch (org.apache.kafka.common.config.ConfigException e) {
            return isSecret(name) ? "is not accepted by Kafka" : "is not accepted by Kafka: " + e.getMessage();
        }
    }

    private static String bare(String name) {
        for (String prefix : CONSUMER_PREFIXES) {
            if (name.startsWith(prefix)) {
                return name.substring(prefix.length());
            }
        }
        for (String prefix : List.of("producer.", "admin.")) {
            if (name.startsWith(prefix)) {
                return name.substring(prefix.length());
            }
        }
        return name;
    }

    private static Map<String, ConfigDef.ConfigKey> definitions() {
        Map<String, ConfigDef.ConfigKey> all = new TreeMap<>();
        Map<String, ConfigDef.ConfigKey> producer = ProducerConfig.configDef().configKeys();
        Map<String, ConfigDef.ConfigKey> consumer = ConsumerConfig.configDef().configKeys();
        Map<String, ConfigDef.ConfigKey> admin = AdminClientConfig.configDef().configKeys();
        all.putAll(admin);
        all.putAll(producer);
        all.putAll(consumer);
        all.putAll(StreamsConfig.configDef().configKeys());
        producer.forEach((name, key) -> all.put("producer." + name, key));
        admin.forEach((name, key) -> all.put("admin." + name, key));
        for (String prefix : CONSUMER_PREFIXES) {
            consumer.forEach((name, key) -> all.put(prefix + name, key));
        }
        return Map.copyOf(all);
    }
}
