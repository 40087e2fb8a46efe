package dev.streambed.cli.acls;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.streambed.cli.config.StreambedConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** {@code topology/acls.yaml}, as it travels in the jar. */
public final class AclsFile {
    private static final String RESOURCE = "/dev/streambed/topology/acls.yaml";
    private static final ObjectMapper MAPPER = new YAMLMapper();

    private record File(List<Role> roles) {}

    private record Role(String name, String does, List<Grant> permissions) {}

    private record Grant(String resource, String name, String pattern, Map<String, String> operations) {
        Stream<Permission> permissions(String role, StreambedConfig config) {
            String resolved = name.replace("${prefix}", config.topics().prefix())
                    .replace("${pipeline}", config.pipeline().name());
            ResourcePattern on = new ResourcePattern(
                    ResourceType.fromString(resource), resolved, PatternType.fromString(upper(pattern)));
            return operations.entrySet().stream()
                    .map(entry -> new Permission(role, on, AclOperation.fromString(entry.getKey()), entry.getValue()));
        }

        private static String upper(String text) {
            return text.toUpperCase(Locale.ROOT);
        }
    }

    private AclsFile() {}

    /** What each role needs, by its name, in the order of the file. */
    public static Map<String, List<Permission>> read(StreambedConfig config) {
        try (InputStream in = AclsFile.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            Map<String, List<Permission>> roles = new LinkedHashMap<>();
            for (Role role : MAPPER.readValue(in, File.class).roles()) {
                roles.put(
                        role.name(),
                        role.permissions().stream()
                                .flatMap(grant -> grant.permissions(role.name(), config))
                                .toList());
            }
            return roles;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
