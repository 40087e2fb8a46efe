package dev.streambed.cli.config;

import java.util.Map;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.jspecify.annotations.Nullable;

/** {@code sasl.jaas.config}, looked at before a client does: Kafka's own message may quote a part of the password. */
final class JaasLine {
    private JaasLine() {}

    /** What is wrong with it, for people and without any of it, or null. */
    static @Nullable String problem(String line) {
        try {
            JaasContext unused =
                    JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(line)));
            return null;
        } catch (RuntimeException e) {
            return "must be one login module that Kafka allows, its options in double quotes, and a semicolon"
                    + " (a line break at the end of a file that it refers to breaks the quotes)";
        }
    }
}
