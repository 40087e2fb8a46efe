package dev.streambed.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Renders the chart with Helm's own engine, once for each set of values. */
final class Charts {
    static final Path CHART = Path.of("helm/streambed");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final long PATIENCE_SECONDS = 120;

    private Charts() {}

    /**
     * What became of one set of values.
     *
     * @param refusal why nothing was rendered, or null
     * @param manifests in the order of the templates; none where refused
     */
    record Release(String name, @Nullable String refusal, List<JsonNode> manifests) {
        /** All of a kind. */
        List<JsonNode> all(String kind) {
            return manifests.stream()
                    .filter(manifest -> manifest.get("kind").asText().equals(kind))
                    .toList();
        }

        /** The one of that kind and name. */
        JsonNode one(String kind, String named) {
            List<JsonNode> found = all(kind).stream()
                    .filter(manifest -> manifest.at("/metadata/name").asText().equals(named))
                    .toList();
            assertThat(found).as("%s: %s %s", name, kind, named).hasSize(1);
            return found.get(0);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** The values that must be taken: the defaults and each file in {@code ci/}. */
    static Map<String, JsonNode> accepted() throws IOException {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        values.put("defaults", YAML.createObjectNode());
        try (Stream<Path> files = Files.list(CHART.resolve("ci"))) {
            for (Path file : files.sorted().toList()) {
                values.put(file.getFileName().toString().replace("-values.yaml", ""), yaml(Files.readString(file)));
            }
        }
        assertThat(values).as("files in ci/").hasSizeGreaterThan(1);
        return values;
    }

    static JsonNode yaml(String text) throws IOException {
        return YAML.readTree(text);
    }

    /**
     * Lints and renders.
     *
     * @param scratch an empty directory
     * @param values by name, put over the chart's own
     * @return in the same order
     */
    static List<Release> render(Path scratch, Map<String, JsonNode> values) throws IOException, InterruptedException {
        List<Path> charts = new ArrayList<>();
        for (Map.Entry<String, JsonNode> one : values.entrySet()) {
            charts.add(copy(scratch.resolve(one.getKey()), one.getValue()));
        }
        runHelm(scratch, charts);
        List<Release> releases = new ArrayList<>();
        for (String name : values.keySet()) {
            Path chart = scratch.resolve(name).resolve("streambed");
            Path refused = chart.resolveSibling("refused.txt");
            releases.add(new Release(
                    name,
                    Files.exists(refused) ? Files.readString(refused) : null,
                    Files.exists(refused) ? List.of() : manifests(chart.resolveSibling("rendered.yaml"))));
        }
        return releases;
    }

    /**
     * The library takes no file of values, gives no hooks back, and takes itself for a Kubernetes of long ago. So each set has a copy of
     * the chart whose own values are these, in which a hook is a manifest like any other, and which runs anywhere.
     */
    private static Path copy(Path directory, JsonNode values) throws IOException {
        Path chart = directory.resolve("streambed");
        try (Stream<Path> files = Files.walk(CHART)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = chart.resolve(CHART.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.writeString(
                        target,
                        Files.readString(file)
                                .replace("helm.sh/hook", "test/hook")
                                .replaceFirst("(?m)^kubeVersion: .*$", ""));
            }
        }
        JsonNode own = yaml(Files.readString(CHART.resolve("values.yaml")));
        merge((ObjectNode) own, values);
        Files.writeString(chart.resolve("values.yaml"), YAML.writeValueAsString(own));
        return chart;
    }

    /** As Helm does: maps grow together, anything else is replaced, and null removes. */
    private static void merge(ObjectNode into, JsonNode values) {
        values.properties().forEach(entry -> {
            JsonNode there = into.get(entry.getKey());
            if (entry.getValue().isNull()) {
                into.remove(entry.getKey());
            } else if (there instanceof ObjectNode map && entry.getValue().isObject()) {
                merge(map, entry.getValue());
            } else {
                into.set(entry.getKey(), entry.getValue());
            }
        });
    }

    private static void runHelm(Path scratch, List<Path> charts) throws IOException, InterruptedException {
        Path output = scratch.resolve("helm.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + scratch,
                HelmMain.class.getName()));
        charts.forEach(chart -> command.add(chart.toString()));
        ProcessBuilder helm =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        helm.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        // Of this machine it is to read nothing.
        List.of("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")
                .forEach(variable -> helm.environment().put(variable, scratch.toString()));
        helm.environment().put("KUBECONFIG", scratch.resolve("none").toString());
        Process process = helm.start();
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("Helm ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output, UTF_8)).isZero();
    }

    private static List<JsonNode> manifests(Path file) throws IOException {
        List<JsonNode> manifests = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
            while (documents.hasNext()) {
                JsonNode document = documents.next();
                if (document.hasNonNull("kind")) {
                    manifests.add(document);
                }
            }
        }
        return manifests;
    }
}
