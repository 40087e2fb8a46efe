package dev.streambed.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.operations.AlertRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Compose as a file; CI also shows it to {@code docker compose config} where that is there. */
class ComposeTest {
    private final JsonNode compose = yaml(Path.of("docker-compose.yml"));

    @Test
    void rolesRunApart() {
        assertThat(texts(service("embed").get("command"))).containsExactly("run", "--role", "embed");
        assertThat(texts(service("index").get("command"))).containsExactly("run", "--role", "index");
        assertThat(service("embed").get("volumes"))
                .isNotEqualTo(service("index").get("volumes"));
    }

    @Test
    void everyPortIsOnLoopback() {
        List<String> ports = services()
                .flatMap(service -> texts(service.path("ports")).stream())
                .toList();

        assertThat(ports)
                .doesNotHaveDuplicates()
                .hasSizeGreaterThanOrEqualTo(6)
                .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
    }

    @Test
    void theServiceHasNoRightsAndNoRootToWriteTo() {
        for (String name : List.of("topics", "embed", "index")) {
            JsonNode service = service(name);
            assertThat(service.get("read_only").asBoolean()).as(name).isTrue();
            assertThat(texts(service.get("cap_drop"))).containsExactly("ALL");
            assertThat(texts(service.get("security_opt"))).containsExactly("no-new-privileges:true");
            assertThat(texts(service.get("tmpfs"))).singleElement().asString().startsWith("/tmp:exec");
        }
    }

    @Test
    void theServiceTakesItsVariablesAndThoseOfTheImage() throws IOException {
        for (String name : List.of("topics", "embed", "index")) {
            Map<String, String> environment = new HashMap<>(imageVariables());
            service(name)
                    .path("environment")
                    .properties()
                    .forEach(entry ->
                            environment.put(entry.getKey(), entry.getValue().asText()));

            StreambedConfig config =
                    ConfigLoader.load(null, environment, Map.of()).config();

            assertThat(config.kafka().bootstrapServers()).isEqualTo("kafka:19092");
            assertThat(config.http().host()).isEqualTo("0.0.0.0");
            assertThat(config.http().password())
                    .as("without one there is no search")
                    .isNotNull();
            assertThat(config.state().directory()).isEqualTo(Path.of("/var/lib/streambed/state"));
        }
    }

    @Test
    void thereIsTimeToFinish() {
        assertThat(List.of("embed", "index"))
                .allSatisfy(name -> assertThat(
                                service(name).get("stop_grace_period").asText())
                        .isEqualTo("45s"));
    }

    @Test
    void everyFileThatIsMountedIsThere() {
        List<String> files = services()
                .flatMap(service -> texts(service.path("volumes")).stream())
                .filter(volume -> volume.startsWith("./"))
                .map(volume -> volume.substring(0, volume.indexOf(':')))
                .toList();

        assertThat(files)
                .hasSizeGreaterThanOrEqualTo(4)
                .allSatisfy(file -> assertThat(Path.of(file)).exists());
    }

    @Test
    void everyNamedVolumeAndServiceIsDefined() {
        List<String> volumes = services()
                .flatMap(service -> texts(service.path("volumes")).stream())
                .filter(volume -> !volume.startsWith("./"))
                .map(volume -> volume.substring(0, volume.indexOf(':')))
                .toList();
        assertThat(compose.get("volumes").properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrderElementsOf(volumes);

        assertThat(services().flatMap(service -> names(service.path("depends_on"))))
                .isNotEmpty()
                .allSatisfy(name ->
                        assertThat(compose.at("/services").has(name)).as(name).isTrue());
    }

    @Test
    void prometheusFindsBothRolesWhereTheyListen() throws IOException {
        JsonNode config = yaml(Path.of("docker/prometheus.yaml"));
        int port = ConfigLoader.load(null, imageVariables(), Map.of())
                .config()
                .http()
                .port();

        assertThat(texts(config.at("/scrape_configs/0/static_configs/0/targets")))
                .containsExactly("embed:" + port, "index:" + port);
        assertThat(texts(config.get("rule_files"))).containsExactly("/etc/prometheus/rules/alerts.yaml");
        assertThat(AlertRules.jobs())
                .isNotEmpty()
                .allSatisfy(job -> assertThat(
                                config.at("/scrape_configs/0/job_name").asText())
                        .matches(job));
    }

    @Test
    void grafanaAsksThatPrometheus() {
        assertThat(yaml(Path.of("docker/grafana/datasources/prometheus.yaml"))
                        .at("/datasources/0/url")
                        .asText())
                .isEqualTo("http://prometheus:9090");
        assertThat(texts(service("grafana").get("volumes")))
                .anySatisfy(volume -> assertThat(volume)
                        .contains(":"
                                + yaml(Path.of("docker/grafana/dashboards/streambed.yaml"))
                                        .at("/providers/0/options/path")
                                        .asText()));
    }

    @Test
    void imagesAreOfAVersion() {
        assertThat(services().map(service -> service.path("image").asText()).distinct())
                .allSatisfy(image -> assertThat(image).matches(".+:.*[0-9].*|streambed:local"));
    }

    /** The variables that the Dockerfile sets for the service. */
    private static Map<String, String> imageVariables() throws IOException {
        Map<String, String> variables = new HashMap<>();
        Pattern.compile("\\b(STREAMBED_[A-Z_]+)=(\\S+)")
                .matcher(Files.readString(Path.of("Dockerfile")))
                .results()
                .forEach(result -> variables.put(result.group(1), result.group(2)));
        assertThat(variables).isNotEmpty();
        return variables;
    }

    private JsonNode service(String name) {
        JsonNode service = compose.at("/services/" + name);
        assertThat(service.isObject()).as(name).isTrue();
        return service;
    }

    private Stream<JsonNode> services() {
        return StreamSupport.stream(compose.get("services").spliterator(), false);
    }

    /** Of a list, or of a map's keys. */
    private static Stream<String> names(JsonNode node) {
        return node.isArray()
                ? texts(node).stream()
                : node.properties().stream().map(Map.Entry::getKey);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** With anchors and merged maps, which Jackson's reader leaves alone. */
    private static JsonNode yaml(Path file) {
        try {
            Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
            return new ObjectMapper().valueToTree(read);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
