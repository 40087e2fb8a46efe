package dev.streambed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.deploy.Charts.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that the chart must not take, and that its message names what is wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "Helm's library is there for this platform alone")
class ChartRefusesTest {
    /**
     * Wrong values.
     *
     * @param values YAML
     * @param named what the refusal must name
     */
    private record Wrong(String name, String values, String named) {}

    private static final List<Wrong> WRONG = List.of(
            new Wrong("unknown-name", "embed: {replica: 3}", "replica"),
            new Wrong("unknown-section", "embedding: {}", "embedding"),
            new Wrong("wrong-type", "embed: {replicas: two}", "replicas"),
            new Wrong("no-scheme", "milvus: {uri: 'milvus:19530'}", "uri"),
            new Wrong("no-port", "kafka: {bootstrapServers: kafka}", "bootstrapServers"),
            new Wrong("token-in-config", "config: {milvus.token: 'root:Milvus'}", "milvus.token"),
            new Wrong("password-in-config", "index: {config: {http.password: open sesame}}", "http.password"),
            new Wrong("password-in-values", "http: {password: open sesame}", "password"),
            new Wrong("password-in-its-place", "http: {passwordSecret: open sesame}", "passwordSecret"),
            new Wrong("password-in-settings", "kafka: {settings: {ssl.key.password: hush}}", "ssl.key.password"),
            new Wrong("jaas-in-settings", "kafka: {settings: {sasl.jaas.config: hush}}", "sasl.jaas.config"),
            new Wrong("word-on-what-is-made", "config: {http.port: 9090}", "http.port"),
            new Wrong("word-on-what-is-made-for-a-role", "embed: {config: {shutdown.timeout: 5m}}", "shutdown.timeout"),
            new Wrong("twice", "kafka: {settings: {acks: all}}\nconfig: {kafka.acks: all}", "kafka.acks"),
            new Wrong(
                    "secret-without-name",
                    "kafka: {secret: {settings: {sasl.jaas.config: jaas}}}",
                    "kafka.secret.name"),
            new Wrong("files-without-secret", "kafka: {secret: {files: [ca.crt]}}", "kafka.secret.name"),
            new Wrong("host-path", "embed: {extraVolumes: [{name: disk, hostPath: {path: /}}]}", "extraVolumes"),
            new Wrong("model-from-host", "model: {volume: {hostPath: {path: /models}}}", "hostPath"),
            new Wrong("no-gpu", "embed: {gpu: {resource: gpu, count: 1}}", "resource"),
            new Wrong("root", "podSecurity: {runAsUser: 0}", "runAsUser"),
            new Wrong("upside-down", "index: {autoscaling: {enabled: true, minReplicas: 9}}", "minReplicas"),
            new Wrong("no-service", "embedder: {type: tei}", "embedder.url"),
            new Wrong("runbook-without-slash", "prometheusRule: {runbookBaseUrl: 'https://h/docs'}", "runbookBaseUrl"),
            new Wrong("budget-of-none", "embed: {pdb: {maxUnavailable: 0}}", "maxUnavailable"));

    private final List<Release> releases = new ArrayList<>();

    @BeforeAll
    void render(@TempDir Path scratch) throws IOException, InterruptedException {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (Wrong wrong : WRONG) {
            values.put(wrong.name(), Charts.yaml(wrong.values()));
        }
        releases.addAll(Charts.render(scratch, values));
    }

    Stream<Release> releases() {
        return releases.stream();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void refusesAndSaysWhat(Release release) {
        String named = WRONG.stream()
                .filter(wrong -> wrong.name().equals(release.name()))
                .findFirst()
                .orElseThrow()
                .named();

        assertThat(release.refusal()).isNotNull().contains(named);
    }

    /** A schema that is left open somewhere takes misspelt names there. */
    @Test
    void theSchemaIsClosedWhereverItNamesProperties() throws IOException {
        List<String> open = new ArrayList<>();
        collectOpen(
                new ObjectMapper()
                        .readTree(Charts.CHART.resolve("values.schema.json").toFile()),
                "",
                open);

        assertThat(open).isEmpty();
    }

    private static void collectOpen(JsonNode schema, String path, List<String> open) {
        if (schema.path("properties").isObject()
                && schema.path("additionalProperties").asBoolean(true)) {
            open.add(path);
        }
        schema.properties().forEach(entry -> collectOpen(entry.getValue(), path + "/" + entry.getKey(), open));
        for (int i = 0; schema.isArray() && i < schema.size(); i++) {
            collectOpen(schema.get(i), path + "/" + i, open);
        }
    }
}
