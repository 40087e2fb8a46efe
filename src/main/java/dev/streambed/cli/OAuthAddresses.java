package dev.streambed.cli;

import dev.streambed.cli.config.KafkaSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.internals.BrokerSecurityConfigs;

/**
 * Kafka's clients fetch a token from no address and no file that a system property does not list: where configurations come from strangers, as in
 * Kafka Connect, one could make them call anything. Ours comes from whoever starts the process, so what it names is put on the list.
 */
final class OAuthAddresses {
    private static final Map<String, List<String>> LISTS = Map.of(
            BrokerSecurityConfigs.ALLOWED_SASL_OAUTHBEARER_URLS_CONFIG,
            List.of(SaslConfigs.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL),
            BrokerSecurityConfigs.ALLOWED_SASL_OAUTHBEARER_FILES_CONFIG,
            List.of(
                    SaslConfigs.SASL_OAUTHBEARER_ASSERTION_FILE,
                    SaslConfigs.SASL_OAUTHBEARER_ASSERTION_PRIVATE_KEY_FILE,
                    SaslConfigs.SASL_OAUTHBEARER_ASSERTION_TEMPLATE_FILE));

    private OAuthAddresses() {}

    /** Adds what the configuration names to what is allowed in this process. */
    static void allow(KafkaSettings kafka) {
        LISTS.forEach((property, settings) -> {
            Set<String> allowed =
                    new LinkedHashSet<>(List.of(System.getProperty(property, "").split(",", -1)));
            kafka.properties().forEach((name, value) -> {
                // With the prefixes of Kafka Streams too.
                if (settings.stream().anyMatch(name::endsWith)) {
                    allowed.add(value);
                }
            });
            allowed.remove("");
            if (!allowed.isEmpty()) {
                System.setProperty(property, String.join(",", allowed));
            }
        });
    }
}
