package dev.streambed.cli.acls;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.streambed.index.milvus.MilvusGrant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code topology/milvus-roles.yaml}, as it travels in the jar. */
public final class MilvusRolesFile {
    private static final String RESOURCE = "/dev/streambed/topology/milvus-roles.yaml";
    private static final ObjectMapper MAPPER = new YAMLMapper();

    private record File(List<Role> roles) {}

    private record Role(String name, String does, List<Grants> grants) {}

    private record Grants(String object, String name, Map<String, String> privileges) {}

    private MilvusRolesFile() {}

    /** What each role needs, by its name in the file, in its order. */
    public static Map<String, List<MilvusGrant>> read(String collection) {
        try (InputStream in = MilvusRolesFile.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            Map<String, List<MilvusGrant>> roles = new LinkedHashMap<>();
            for (Role role : MAPPER.readValue(in, File.class).roles()) {
                roles.put(
                        role.name(),
                        role.grants().stream()
                                .flatMap(grants -> grants.privileges().keySet().stream()
                                        .map(privilege -> new MilvusGrant(
                                                grants.object(),
                                                grants.name().replace("${collection}", collection),
                                                privilege)))
                                .toList());
            }
            return roles;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
