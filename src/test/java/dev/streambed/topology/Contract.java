package dev.streambed.topology;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads {@code topology/}. For tests; call {@link #problems} with what an encoder wrote to hold it against its schema. All methods
 * throw {@link UncheckedIOException} where a file is missing or is not JSON or YAML.
 */
public final class Contract {
    /** The directory, from the root of the repository, where Maven runs the tests. */
    public static final Path TOPOLOGY = Path.of("topology");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    private Contract() {}

    /** What a schema has against a value, one line each; empty if nothing. {@code name} is {@code completion} or {@code document-change}. */
    public static List<String> problems(String name, JsonNode value) {
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(schema(name));
        return schema.validate(value).stream()
                .map(ValidationMessage::getMessage)
                .sorted()
                .toList();
    }

    /** As {@link #problems(String, JsonNode)}, of the bytes of a record's value. */
    public static List<String> problems(String name, byte[] value) {
        try {
            return problems(name, JSON.readTree(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A schema as it stands. */
    static JsonNode schema(String name) {
        return json(TOPOLOGY.resolve("schemas/" + name + ".json"));
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    static JsonNode yaml(String name) {
        try {
            return YAML.readTree(TOPOLOGY.resolve(name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** The files of a directory in order of their names; never none. */
    static List<Path> files(String directory) {
        try (Stream<Path> files = Files.list(TOPOLOGY.resolve(directory))) {
            List<Path> found = files.sorted().toList();
            if (found.isEmpty()) {
                throw new IllegalStateException(directory + " is empty: nothing would be tested");
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
