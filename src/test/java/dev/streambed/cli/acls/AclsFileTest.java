package dev.streambed.cli.acls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.testing.Golden;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class AclsFileTest {
    @Test
    void fillsInThePrefixAndThePipeline() {
        Map<String, List<Permission>> roles =
                AclsFile.read(config(Map.of("topics.prefix", "team.", "pipeline.name", "bge")));

        assertThat(roles).containsOnlyKeys("producer", "caller", "embed", "index", "operator", "administrator");
        assertThat(roles.get("producer"))
                .extracting(Permission::resource)
                .contains(new ResourcePattern(ResourceType.TOPIC, "team.documents", PatternType.LITERAL));
        assertThat(roles.get("index"))
                .extracting(Permission::resource)
                .contains(
                        new ResourcePattern(ResourceType.TOPIC, "team.embeddings.bge", PatternType.LITERAL),
                        new ResourcePattern(ResourceType.GROUP, "streambed-bge-index", PatternType.LITERAL),
                        new ResourcePattern(ResourceType.TOPIC, "streambed-bge-index-", PatternType.PREFIXED));
    }

    @Test
    void knowsEveryResourceAndOperationAndGivesAReasonForEach() {
        assertThat(AclsFile.read(config(Map.of())).values().stream().flatMap(List::stream))
                .isNotEmpty()
                .allSatisfy(permission -> {
                    assertThat(permission.resource().resourceType()).isNotEqualTo(ResourceType.UNKNOWN);
                    assertThat(permission.resource().patternType()).isIn(PatternType.LITERAL, PatternType.PREFIXED);
                    assertThat(permission.resource().name()).doesNotContain("$");
                    assertThat(permission.operation())
                            .isNotIn(AclOperation.UNKNOWN, AclOperation.ALL, AclOperation.ANY);
                    assertThat(permission.reason()).isNotBlank();
                });
    }

    @Test
    void theTableInTheDocumentationIsTheFile() {
        StringBuilder table = new StringBuilder("""
                # Permissions in Kafka

                What each role needs, and why: `topology/acls.yaml` with an empty `topics.prefix` and the pipeline `minilm`. `AclsTest` runs every job with
                just these against a broker that denies everything else, and finds for each line an action that no other line of its role allows.

                | role | resource | operation | for |
                | --- | --- | --- | --- |
                """);
        AclsFile.read(config(Map.of()))
                .forEach((role, permissions) ->
                        permissions.forEach(permission -> table.append("| %s | %s `%s%s` | `%s` | %s |\n"
                                .formatted(
                                        role,
                                        permission
                                                .resource()
                                                .resourceType()
                                                .name()
                                                .toLowerCase(Locale.ROOT),
                                        permission.resource().name(),
                                        permission.resource().patternType() == PatternType.PREFIXED ? "*" : "",
                                        permission.operation(),
                                        permission.reason()))));

        Golden.compare("docs/permissions.md", table.toString());
    }

    private static StreambedConfig config(Map<String, String> settings) {
        return ConfigLoader.load(
                        null,
                        Map.of(),
                        settings.entrySet().stream()
                                .collect(java.util.stream.Collectors.toMap(
                                        Map.Entry::getKey, entry -> new ConfigValue(entry.getValue(), "test"))))
                .config();
    }
}
