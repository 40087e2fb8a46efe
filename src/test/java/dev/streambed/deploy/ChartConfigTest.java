package dev.streambed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.deploy.Charts.Release;
import dev.streambed.embed.model.Device;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The service reads what the chart writes: each pod's file and variables go through the service's own loader. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "Helm's library is there for this platform alone")
class ChartConfigTest {
    /** Whatever a Secret holds. */
    private static final String SECRET = "s3cret-of-a-Secret";

    private static final String JAAS =
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"streambed\" password=\"s3cret\";";

    /** Beyond {@code shutdown.timeout}, what the service takes for itself. */
    private static final int GRACE_SECONDS = 5;

    private final List<Release> releases = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path secrets;

    @BeforeAll
    void render(@TempDir Path scratch) throws IOException, InterruptedException {
        releases.addAll(Charts.render(scratch, Charts.accepted()));
    }

    Stream<Release> releases() {
        return releases.stream();
    }

    private Release release(String name) {
        return releases.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void theServiceTakesIt(Release release) throws IOException {
        for (JsonNode set : release.all("StatefulSet")) {
            StreambedConfig config = configOf(release, set);
            JsonNode pod = set.at("/spec/template/spec");

            assertThat(config.http().port())
                    .isEqualTo(pod.at("/containers/0/ports/0/containerPort").asInt());
            assertThat(config.http().host()).isEqualTo("0.0.0.0");
            assertThat(pod.get("terminationGracePeriodSeconds").asLong())
                    .isGreaterThan(config.shutdown().timeout().toJavaTime().toSeconds() + GRACE_SECONDS);
            assertThat(pod.at("/containers/0/volumeMounts"))
                    .anyMatch(mount -> config.state()
                            .directory()
                            .startsWith(mount.get("mountPath").asText()));
        }
        for (JsonNode job : release.all("Job")) {
            StreambedConfig config = configOf(release, job);
            assertThat(config.topics())
                    .isEqualTo(
                            configOf(release, release.all("StatefulSet").get(0)).topics());
        }
    }

    @Test
    void aPodIsAMemberUnderItsOwnName() throws IOException {
        assertThat(embed("defaults").state().instanceId()).isEqualTo("search.sb-streambed-embed-0");
        assertThat(embed("secured").state().instanceId()).isEqualTo("eu-west-1.search.sb-streambed-embed-0");
    }

    @Test
    void copiesOfTheStateAreKeptWhereThereIsAnotherPodForThem() throws IOException {
        assertThat(embed("defaults").kafka().properties()).containsEntry("num.standby.replicas", "1");
        assertThat(embed("gpu").kafka().properties())
                .containsEntry("num.standby.replicas", "2")
                .containsEntry("num.stream.threads", "2");
        assertThat(embed("single").kafka().properties()).containsEntry("num.standby.replicas", "0");
        assertThat(embed("scaled").kafka().properties()).containsEntry("num.standby.replicas", "1");
    }

    @Test
    void aPodWithAGpuRunsOnItOrSaysWhyNot() throws IOException {
        assertThat(embed("gpu").model().device()).isEqualTo(Device.CUDA);
        assertThat(index("gpu").model().device()).isEqualTo(Device.CPU);
        assertThat(embed("defaults").model().device()).isEqualTo(Device.AUTO);
        assertThat(embed("gpu").model().directory()).isEqualTo(Path.of("/models/bge-base"));
    }

    @Test
    void onlyIndexIsToldOfMilvus() throws IOException {
        assertThat(index("secured").milvus().token()).isEqualTo(SECRET);
        assertThat(index("secured").milvusCollection()).isEqualTo("articles");
        assertThat(embed("secured").milvus().token()).isNull();
        assertThat(embed("secured").embedder().token()).isEqualTo(SECRET);
        assertThat(embed("secured").kafka().properties())
                .containsEntry("sasl.jaas.config", JAAS)
                .containsEntry("security.protocol", "SASL_SSL");
    }

    @Test
    void bothRolesWantThePasswordWhereThereIsOne() throws IOException {
        assertThat(List.of(embed("secured"), index("secured")))
                .allSatisfy(config -> assertThat(config.http().password()).isEqualTo(SECRET));
        assertThat(embed("defaults").http().password()).isNull();
    }

    @Test
    void tracesGoToAPortThatTheNetworkPolicyOpens() throws IOException {
        for (String role : List.of("embed", "index")) {
            StreambedConfig config =
                    configOf(release("secured"), release("secured").one("StatefulSet", "sb-streambed-" + role));
            URI collector = Objects.requireNonNull(config.traces().endpoint());

            assertThat(release("secured")
                            .one("NetworkPolicy", "sb-streambed-" + role)
                            .at("/spec/egress")
                            .findValues("port"))
                    .as(role)
                    .extracting(JsonNode::asInt)
                    .contains(collector.getPort());
        }
        assertThat(embed("defaults").traces().endpoint()).isNull();
    }

    @Test
    void kafkasLagIsThatOfTheServicesGroupsAndTopics() throws IOException {
        JsonNode trigger =
                release("scaled").one("ScaledObject", "sb-streambed-index").at("/spec/triggers/0/metadata");
        StreambedConfig config = index("scaled");

        assertThat(trigger.get("consumerGroup").asText())
                .isEqualTo(config.pipeline().indexApplicationId());
        assertThat(trigger.get("topic").asText()).isEqualTo(config.embeddingsTopic());
        assertThat(trigger.get("bootstrapServers").asText())
                .isEqualTo(config.kafka().bootstrapServers());
    }

    private StreambedConfig embed(String release) throws IOException {
        return configOf(release(release), release(release).one("StatefulSet", "sb-streambed-embed"));
    }

    private StreambedConfig index(String release) throws IOException {
        return configOf(release(release), release(release).one("StatefulSet", "sb-streambed-index"));
    }

    /** As the container would load it, with pod 0's name, and with a secret wherever one is referred to. */
    private StreambedConfig configOf(Release release, JsonNode workload) throws IOException {
        Path secret = Files.writeString(secrets.resolve("token"), SECRET);
        String map = workload.at("/spec/template/spec/volumes/0/configMap/name").asText();
        String text = release.one("ConfigMap", map).at("/data/streambed.yaml").asText();
        Path file = Files.writeString(
                secrets.resolve("streambed.yaml"),
                text.replaceAll("/etc/streambed/(milvus/token|embedder/token|http/password)", secret.toString())
                        .replace("/etc/streambed/kafka/ca.crt", secret.toString()));
        Map<String, String> environment = new HashMap<>();
        for (JsonNode variable : workload.at("/spec/template/spec/containers/0/env")) {
            environment.put(
                    variable.get("name").asText(),
                    variable.has("value")
                            ? variable.get("value").asText()
                            : secret(variable.get("name").asText()));
        }
        environment.put("POD_NAME", workload.at("/metadata/name").asText() + "-0");
        environment.put("POD_NAMESPACE", "search");
        environment.replaceAll((name, value) -> value.replace("$(POD_NAMESPACE)", "search")
                .replace("$(POD_NAME)", environment.getOrDefault("POD_NAME", "")));
        return ConfigLoader.load(file, environment, Map.of()).config();
    }

    private static String secret(String variable) {
        return variable.endsWith("JAAS_CONFIG") ? JAAS : SECRET;
    }
}
