package dev.streambed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streambed.deploy.Charts.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart makes of its defaults and of each file in {@code ci/}. {@code tools/helm/check} shows the same to a real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "Helm's library is there for this platform alone")
class ChartTest {
    private final List<Release> releases = new ArrayList<>();

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
    void eachRoleIsAWorkloadOfItsOwn(Release release) {
        assertThat(release.refusal()).isNull();
        assertThat(release.all("StatefulSet"))
                .extracting(set -> texts(set.at("/spec/template/spec/containers/0/args")))
                .containsExactly(List.of("run", "--role", "embed"), List.of("run", "--role", "index"));
    }

    @ParameterizedTest
    @MethodSource("releases")
    void podsAreRestricted(Release release) {
        for (JsonNode pod : pods(release)) {
            JsonNode spec = pod.get("spec");
            assertThat(spec.get("automountServiceAccountToken").asBoolean(true)).isFalse();
            assertThat(spec.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(spec.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            assertThat(spec.get("volumes")).noneMatch(volume -> volume.has("hostPath"));
            for (JsonNode container : spec.get("containers")) {
                JsonNode context = container.get("securityContext");
                assertThat(context.get("allowPrivilegeEscalation").asBoolean(true))
                        .isFalse();
                assertThat(context.get("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(texts(context.at("/capabilities/drop"))).containsExactly("ALL");
                // Where native libraries are unpacked.
                assertThat(container.get("volumeMounts"))
                        .anyMatch(mount -> mount.get("mountPath").asText().equals("/tmp"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void everyMountHasItsVolume(Release release) {
        for (JsonNode workload : workloads(release)) {
            Set<String> volumes = Stream.concat(
                            elements(workload.at("/spec/template/spec/volumes")).map(volume -> volume.get("name")),
                            elements(workload.at("/spec/volumeClaimTemplates"))
                                    .map(claim -> claim.at("/metadata/name")))
                    .map(JsonNode::asText)
                    .collect(Collectors.toSet());
            Set<String> mounts = elements(workload.at("/spec/template/spec/containers/0/volumeMounts"))
                    .map(mount -> mount.get("name").asText())
                    .collect(Collectors.toSet());

            assertThat(mounts)
                    .as("%s: %s", release, workload.at("/metadata/name"))
                    .isEqualTo(volumes);
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void secretsComeByReference(Release release) {
        assertThat(release.all("Secret")).isEmpty();
        for (JsonNode pod : pods(release)) {
            assertThat(elements(pod.at("/spec/containers/0/env")))
                    .filteredOn(variable -> isSecret(variable.get("name").asText()))
                    .allMatch(variable -> variable.at("/valueFrom/secretKeyRef").isObject());
        }
        assertThat(release.all("ConfigMap"))
                .allSatisfy(map -> assertThat(map.at("/data/streambed.yaml").asText())
                        .doesNotContainPattern("([.]token|[.]password|[.]secret|jaas[.]config): "));
    }

    private static boolean isSecret(String variable) {
        return Stream.of("JAAS", "PASSWORD", "SECRET", "TOKEN").anyMatch(variable::contains);
    }

    @ParameterizedTest
    @MethodSource("releases")
    void whatSelectsPodsFindsSome(Release release) {
        List<JsonNode> selectors = Stream.of(
                        release.all("Service").stream().map(one -> one.at("/spec/selector")),
                        release.all("PodDisruptionBudget").stream().map(one -> one.at("/spec/selector/matchLabels")),
                        release.all("NetworkPolicy").stream().map(one -> one.at("/spec/podSelector/matchLabels")),
                        release.all("StatefulSet").stream().map(one -> one.at("/spec/selector/matchLabels")))
                .flatMap(one -> one)
                .toList();

        assertThat(selectors)
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(selector -> assertThat(pods(release))
                        .filteredOn(pod -> selector.properties().stream()
                                .allMatch(label -> label.getValue()
                                        .equals(pod.at("/metadata/labels").get(label.getKey()))))
                        .as("pods with %s", selector)
                        .hasSize(1));
    }

    @Test
    void probesAskWhatTheServiceAnswers() {
        for (JsonNode set : release("defaults").all("StatefulSet")) {
            JsonNode container = set.at("/spec/template/spec/containers/0");
            assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe"))
                    .extracting(
                            probe -> container.at("/" + probe + "/httpGet/path").asText())
                    .containsExactly("/health/live", "/health/live", "/health/ready");
            assertThat(container.at("/ports/0/name").asText()).isEqualTo("http");
        }
    }

    @Test
    void aPodAsksForItsSliceOfAGpu() {
        JsonNode spec = release("gpu").one("StatefulSet", "sb-streambed-embed").at("/spec/template/spec");

        assertThat(spec.at("/containers/0/resources/limits/nvidia.com~1mig-2g.20gb")
                        .asInt())
                .isEqualTo(1);
        assertThat(spec.at("/containers/0/resources/limits/memory").asText()).isEqualTo("12Gi");
        assertThat(spec.get("runtimeClassName").asText()).isEqualTo("nvidia");
        assertThat(spec.at("/tolerations/0/key").asText()).isEqualTo("nvidia.com/gpu");
        assertThat(release("gpu").one("StatefulSet", "sb-streambed-index").at("/spec/template/spec/tolerations"))
                .isEmpty();
    }

    @Test
    void aDiskGoesWithItsPodUnlessItIsToStay() {
        JsonNode set = release("defaults").one("StatefulSet", "sb-streambed-embed");

        assertThat(set.at("/spec/persistentVolumeClaimRetentionPolicy/whenScaled")
                        .asText())
                .isEqualTo("Delete");
        assertThat(set.at("/spec/volumeClaimTemplates/0/metadata/name").asText())
                .isEqualTo("state");
        assertThat(release("single")
                        .one("StatefulSet", "sb-streambed-embed")
                        .at("/spec/volumeClaimTemplates")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void anAutoscalerHasTheReplicasToItself() {
        Release scaled = release("scaled");
        assertThat(scaled.all("ScaledObject")).hasSize(2).allSatisfy(scaler -> {
            JsonNode set = scaled.one(
                    "StatefulSet", scaler.at("/spec/scaleTargetRef/name").asText());
            assertThat(set.at("/spec/replicas").isMissingNode()).isTrue();
        });
        assertThat(release("defaults").all("StatefulSet"))
                .allSatisfy(set -> assertThat(set.at("/spec/replicas").asInt()).isEqualTo(2));
    }

    @Test
    void networkPoliciesOpenThePortsThatTheAddressesName() {
        assertThat(egressPorts(release("secured"), "index")).containsExactly(53, 53, 9094, 443, 443, 4318);
        assertThat(egressPorts(release("secured"), "embed")).containsExactly(53, 53, 9094, 443, 4318);
        assertThat(egressPorts(release("defaults"), "embed")).containsExactly(53, 53, 9092);
        assertThat(release("single").all("NetworkPolicy")).isEmpty();
    }

    private static List<Integer> egressPorts(Release release, String role) {
        return elements(release.one("NetworkPolicy", "sb-streambed-" + role).at("/spec/egress"))
                .flatMap(rule -> elements(rule.get("ports")))
                .map(port -> port.get("port").asInt())
                .toList();
    }

    @Test
    void theTopicsAreMadeBeforeTheRest() {
        JsonNode job = release("defaults").one("Job", "sb-streambed-topics");

        assertThat(texts(job.at("/spec/template/spec/containers/0/args"))).containsExactly("topics");
        assertThat(job.at("/metadata/annotations").get("test/hook").asText()).isEqualTo("pre-install,pre-upgrade");
        assertThat(release("defaults")
                        .one("ConfigMap", "sb-streambed-topics")
                        .at("/metadata/annotations")
                        .get("test/hook-weight")
                        .asInt())
                .isNegative();
    }

    @Test
    void theChartHasTheVersionOfTheService() throws IOException {
        Matcher version = Pattern.compile("<version>([0-9.]+)(-SNAPSHOT)?</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();

        JsonNode chart = Charts.yaml(Files.readString(Charts.CHART.resolve("Chart.yaml")));

        assertThat(chart.get("appVersion").asText()).isEqualTo(version.group(1));
    }

    private static List<JsonNode> workloads(Release release) {
        return Stream.concat(release.all("StatefulSet").stream(), release.all("Job").stream())
                .toList();
    }

    private static List<JsonNode> pods(Release release) {
        return workloads(release).stream()
                .map(workload -> workload.at("/spec/template"))
                .toList();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static List<String> texts(JsonNode array) {
        return elements(array).map(JsonNode::asText).toList();
    }
}
