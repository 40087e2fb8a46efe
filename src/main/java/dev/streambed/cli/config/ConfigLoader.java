package dev.streambed.cli.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Defaults, overridden by a file, overridden by variables, overridden by flags. */
public final class ConfigLoader {
    private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]*@");

    private ConfigLoader() {}

    /**
     * Reads, checks and maps.
     *
     * @param file YAML, or null
     * @param environment the process's variables; those that do not start with {@code STREAMBED_} are not looked at
     * @param flags what the command line said, by key
     * @throws ConfigException naming every key that is unknown, or the first whose value is wrong
     */
    public static LoadedConfig load(
            @Nullable Path file, Map<String, String> environment, Map<String, ConfigValue> flags) {
        Map<String, ConfigValue> given = new TreeMap<>();
        if (file != null) {
            given.putAll(ConfigSources.file(file));
        }
        given.putAll(ConfigSources.environment(environment));
        given.putAll(flags);
        refuseUnknown(given);
        checkKafka(given);

        Map<String, ConfigValue> inForce = new LinkedHashMap<>();
        for (ConfigKey key : ConfigKeys.ALL) {
            String text = key.defaultText() == null ? "" : key.defaultText();
            inForce.put(key.name(), given.getOrDefault(key.name(), new ConfigValue(text, "default")));
        }
        given.forEach(inForce::putIfAbsent);
        return new LoadedConfig(map(inForce), Collections.unmodifiableMap(redacted(inForce)));
    }

    /** Whether a key's value is never shown. */
    public static boolean isSecret(String name) {
        ConfigKey key = ConfigKeys.find(name);
        if (key != null) {
            return key.secret();
        }
        return KafkaKeys.isSecret(name.startsWith(KafkaKeys.PREFIX) ? name.substring(KafkaKeys.PREFIX.length()) : name);
    }

    private static StreambedConfig map(Map<String, ConfigValue> inForce) {
        Map<String, String> texts = new LinkedHashMap<>();
        inForce.forEach((name, value) -> {
            ConfigKey key = ConfigKeys.find(name);
            // An empty text unsets a key that may be unset.
            boolean unset =
                    key != null && key.defaultText() == null && value.text().isBlank();
            if (!unset) {
                boolean verbatim = key != null && key.type() == KeyType.VERBATIM;
                texts.put(name, verbatim ? value.text() : value.text().trim());
            }
        });
        try {
            SecretFiles.read("embedder.token", texts);
            SecretFiles.read("milvus.token", texts);
            SecretFiles.read("http.password", texts);
            return ConfigMapper.map(texts);
        } catch (InvalidValueException e) {
            ConfigValue value = inForce.get(e.key());
            throw new ConfigException(value == null ? e.problem() : wrong(e.key(), value, e.problem()), e);
        }
    }

    private static void refuseUnknown(Map<String, ConfigValue> given) {
        List<String> known = new ArrayList<>();
        ConfigKeys.ALL.forEach(key -> known.add(key.name()));
        KafkaKeys.names().forEach(name -> known.add(KafkaKeys.PREFIX + name));
        List<String> problems = new ArrayList<>();
        given.forEach((name, value) -> {
            if (known.contains(name)
                    || (name.startsWith(KafkaKeys.PREFIX)
                            && KafkaReferences.isProviderKey(name.substring(KafkaKeys.PREFIX.length())))) {
                return;
            }
            List<String> candidates = name.startsWith(ConfigSources.VARIABLE_PREFIX)
                    ? known.stream().map(ConfigKey::variableOf).toList()
                    : known;
            problems.add("unknown key " + name + " (" + value.origin() + ")"
                    + NearestKey.of(name, candidates)
                            .map(nearest -> "; did you mean " + nearest + "?")
                            .orElse(""));
        });
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join(System.lineSeparator(), problems));
        }
    }

    private static void checkKafka(Map<String, ConfigValue> given) {
        Map<String, String> settings = new TreeMap<>();
        given.forEach((name, value) -> {
            if (name.startsWith(KafkaKeys.PREFIX)) {
                settings.put(name.substring(KafkaKeys.PREFIX.length()), value.text());
            }
        });
        Map<String, String> resolved = KafkaReferences.resolved(settings);
        settings.forEach((name, text) -> {
            String problem = KafkaKeys.problem(name, text, resolved);
            if (problem != null) {
                String key = KafkaKeys.PREFIX + name;
                throw new ConfigException(
                        wrong(key, given.getOrDefault(key, new ConfigValue(text, "default")), key + " " + problem));
            }
        });
    }

    private static String wrong(String name, ConfigValue value, String problem) {
        String shown = shown(name, value.text());
        return problem + ", but is " + (shown.equals(LoadedConfig.REDACTED) ? shown : "\"" + shown + "\"") + " ("
                + value.origin() + ")";
    }

    /** A value without what is secret in it; in an address, that may be a user and a password. */
    private static String shown(String name, String text) {
        if (isSecret(name)) {
            return text.isEmpty() ? text : LoadedConfig.REDACTED;
        }
        return USER_INFO.matcher(text).replaceAll("//" + Matcher.quoteReplacement(LoadedConfig.REDACTED) + "@");
    }

    private static Map<String, ConfigValue> redacted(Map<String, ConfigValue> values) {
        Map<String, ConfigValue> shown = new LinkedHashMap<>();
        values.forEach((name, value) -> shown.put(name, new ConfigValue(shown(name, value.text()), value.origin())));
        return shown;
    }
}
