package dev.streambed.cli.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads each source into flat, dotted keys with their origins. What a key means is not looked at here. */
final class ConfigSources {
    /** Before each variable. */
    static final String VARIABLE_PREFIX = "STREAMBED_";

    /** Not keys: where the file is. */
    private static final Set<String> OTHER_VARIABLES = Set.of("STREAMBED_CONFIG");

    /** What Kubernetes adds to every container for a service whose name starts with {@code streambed}. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("STREAMBED_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

    private ConfigSources() {}

    /**
     * A YAML file: nested or dotted keys, scalars, lists of scalars (joined with commas).
     *
     * @throws ConfigException naming file and line where it cannot be read
     */
    static Map<String, ConfigValue> file(Path file) {
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        try (JsonParser parser = new YAMLFactory().createParser(Files.newBufferedReader(file))) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                readObject(parser, file, "", values);
            } else if (first != null && first != JsonToken.VALUE_NULL) {
                throw new ConfigException(file + ": keys and values are wanted, such as `pipeline: {name: minilm}`");
            }
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": no such file", e);
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    file + " line " + e.getLocation().getLineNr() + ": " + withoutExcerpt(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new ConfigException(file + ": " + e.getMessage(), e);
        }
        return values;
    }

    /** The variables that are ours; a variable of no key is kept under its own name, to be refused. */
    static Map<String, ConfigValue> environment(Map<String, String> environment) {
        Map<String, String> keys = new HashMap<>();
        KafkaKeys.names()
                .forEach(name ->
                        keys.putIfAbsent(ConfigKey.variableOf(KafkaKeys.PREFIX + name), KafkaKeys.PREFIX + name));
        ConfigKeys.ALL.forEach(key -> keys.put(key.variable(), key.name()));
        Map<String, ConfigValue> values = new LinkedHashMap<>();
        environment.forEach((variable, value) -> {
            String key = keys.get(variable);
            if (key != null) {
                values.put(key, new ConfigValue(value, "environment " + variable));
            } else if (variable.startsWith(VARIABLE_PREFIX)
                    && !OTHER_VARIABLES.contains(variable)
                    && !SERVICE_LINK.matcher(variable).matches()) {
                values.put(variable, new ConfigValue(value, "environment"));
            }
        });
        return values;
    }

    /** The parser quotes the file, indented, in its messages; there may be a secret in that line. */
    private static String withoutExcerpt(String message) {
        return message.lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .collect(Collectors.joining(": "));
    }

    private static void readObject(JsonParser parser, Path file, String prefix, Map<String, ConfigValue> values)
            throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = prefix + parser.currentName();
            String origin =
                    "file " + file + " line " + parser.currentTokenLocation().getLineNr();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                readObject(parser, file, key + ".", values);
                continue;
            }
            String text = token == JsonToken.START_ARRAY ? readList(parser, key, origin) : scalar(parser, token);
            ConfigValue earlier = values.put(key, new ConfigValue(text, origin));
            if (earlier != null) {
                throw new ConfigException(key + " is set twice: " + earlier.origin() + ", " + origin);
            }
        }
    }

    private static String readList(JsonParser parser, String key, String origin) throws IOException {
        List<String> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (!token.isScalarValue()) {
                throw new ConfigException(key + ": a list may hold plain values only (" + origin + ")");
            }
            items.add(scalar(parser, token));
        }
        return String.join(",", items);
    }

    private static String scalar(JsonParser parser, JsonToken token) throws IOException {
        return token == JsonToken.VALUE_NULL ? "" : parser.getText();
    }
}
