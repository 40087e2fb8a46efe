package dev.streambed.cli.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/**
 * Secrets in files, the way Kafka has it: {@code config.providers} names providers, and a setting refers to what they hold with {@code
 * ${provider:path:key}}. The clients resolve it themselves, each time one is made, so no secret is kept here, and a stage that starts anew takes a
 * changed one. What is resolved here is only looked at.
 */
final class KafkaReferences {
    private static final Pattern PROVIDER_KEY = Pattern.compile("config\\.providers(\\.[^.]+\\.(class|param\\..+))?");

    /** Where a reference may stand: everything else is also read by us, and is no secret. */
    private static final List<String> FAMILIES = List.of("sasl.", "ssl.");

    private KafkaReferences() {}

    /** Whether a setting says where references lead: its names follow from other settings' values, so no definition lists them. */
    static boolean isProviderKey(String name) {
        return PROVIDER_KEY.matcher(name).matches();
    }

    /**
     * The settings as the clients will see them.
     *
     * @param settings without {@code kafka.}
     * @throws ConfigException if a provider cannot be made, or cannot read what is referred to
     */
    static Map<String, String> resolved(Map<String, String> settings) {
        if (!settings.containsKey(AbstractConfig.CONFIG_PROVIDERS_CONFIG)) {
            return settings;
        }
        try {
            Map<String, String> all = new TreeMap<>();
            new AbstractConfig(new ConfigDef(), settings, false)
                    .originals()
                    .forEach((name, value) -> all.put(name, String.valueOf(value)));
            return all;
        } catch (org.apache.kafka.common.KafkaException e) {
            throw new ConfigException(
                    "kafka." + AbstractConfig.CONFIG_PROVIDERS_CONFIG + ": a reference leads nowhere: "
                            + innermost(e).getMessage(),
                    e);
        }
    }

    /**
     * What is wrong with the references in a setting, for people, or null.
     *
     * @param name without {@code kafka.} and a client's prefix
     * @param text as it was written
     * @param resolved as {@link #resolved} has it
     * @param providers the value of {@code config.providers}, or null
     */
    static @Nullable String problem(String name, String text, String resolved, @Nullable String providers) {
        if (providers == null || isProviderKey(name)) {
            return null;
        }
        if (!resolved.equals(text) && FAMILIES.stream().noneMatch(name::startsWith)) {
            return "takes no reference: only kafka.sasl.* and kafka.ssl.* do";
        }
        for (String provider : providers.split(",", -1)) {
            // A provider that does not find the key leaves the reference as it is, to be sent as a password.
            int at = resolved.indexOf("${" + provider.strip() + ":");
            if (at >= 0) {
                int end = resolved.indexOf('}', at);
                return "refers to " + (end < 0 ? "something" : resolved.substring(at, end + 1))
                        + ", which is not there, or outside of the provider's allowed.paths";
            }
        }
        return null;
    }

    /** A JAAS line that must be quoted and a store that must be readable: whether a setting is such a one, and is wrong. */
    static @Nullable String securityProblem(String name, String resolved) {
        return switch (name) {
            case SaslConfigs.SASL_JAAS_CONFIG -> JaasLine.problem(resolved);
            case SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG ->
                SecretFiles.isReadable(resolved) ? null : "must be a file that can be read";
            default -> null;
        };
    }

    /** The settings about providers, for clients. */
    static Map<String, String> providerKeys(Map<String, String> settings) {
        Map<String, String> found = new HashMap<>(settings);
        found.keySet().removeIf(name -> !isProviderKey(name));
        return found;
    }

    private static Throwable innermost(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? e : cause;
    }
}
