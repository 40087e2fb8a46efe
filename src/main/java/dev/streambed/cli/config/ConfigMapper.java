package dev.streambed.cli.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.airlift.units.DataSize;
import io.airlift.units.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Flat, dotted texts into the settings' records, by Jackson. */
final class ConfigMapper {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .addModule(new SimpleModule()
                    .addDeserializer(DataSize.class, new SizeReader())
                    .addDeserializer(Duration.class, new DurationReader()))
            .build();

    private ConfigMapper() {}

    /**
     * Maps and checks.
     *
     * @param values by key; keys that are unset are missing
     * @throws InvalidValueException for the first value that is refused
     */
    static StreambedConfig map(Map<String, String> values) {
        ObjectNode root = MAPPER.createObjectNode();
        ObjectNode kafka = root.putObject("kafka").putObject("properties");
        // A section none of whose keys is set must be there all the same.
        ConfigKeys.ALL.forEach(key -> section(root, key.name()));
        values.forEach((key, value) -> {
            if (key.startsWith(KafkaKeys.PREFIX)) {
                kafka.put(key.substring(KafkaKeys.PREFIX.length()), value);
            } else {
                section(root, key).put(key.substring(key.indexOf('.') + 1), value);
            }
        });
        try {
            return MAPPER.treeToValue(root, StreambedConfig.class);
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof InvalidValueException refused) {
                throw refused;
            }
            String name = e.getPath().stream()
                    .map(JsonMappingException.Reference::getFieldName)
                    .collect(Collectors.joining("."));
            ConfigKey key = ConfigKeys.find(name);
            throw new InvalidValueException(name, "must be " + (key == null ? "something else" : key.expected()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode section(ObjectNode root, String key) {
        return root.withObjectProperty(key.substring(0, key.indexOf('.')));
    }

    /** {@code 1MB}, or bytes where no unit is given. */
    private static final class SizeReader extends FromStringDeserializer<DataSize> {
        private static final long serialVersionUID = 1L;
        private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

        SizeReader() {
            super(DataSize.class);
        }

        @Override
        protected DataSize _deserialize(String text, DeserializationContext context) {
            return DIGITS.matcher(text).matches() ? DataSize.ofBytes(Long.parseLong(text)) : DataSize.valueOf(text);
        }
    }

    /** {@code 30s}. */
    private static final class DurationReader extends FromStringDeserializer<Duration> {
        private static final long serialVersionUID = 1L;

        DurationReader() {
            super(Duration.class);
        }

        @Override
        protected Duration _deserialize(String text, DeserializationContext context) {
            return Duration.valueOf(text);
        }
    }
}
