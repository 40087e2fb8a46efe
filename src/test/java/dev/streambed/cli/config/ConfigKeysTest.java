package dev.streambed.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.Precision;
import io.airlift.units.DataSize;
import io.airlift.units.Duration;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No key can be forgotten: not in the records, not in the mapping, not in the defaults, not in the documentation. */
class ConfigKeysTest {
    private static final Path EVERY_KEY = Path.of("src/test/resources/dev/streambed/cli/config/every-key.yaml");
    private static final Path DEFAULTS = Path.of("src/test/resources/dev/streambed/cli/config/defaults.txt");
    private static final Path TABLE = Path.of("docs/configuration.md");

    @Test
    void everyKeyIsAFieldAndEveryFieldIsAKey() {
        Set<String> fields = Arrays.stream(StreambedConfig.class.getRecordComponents())
                .filter(section -> !section.getName().equals("kafka"))
                .flatMap(section -> Arrays.stream(section.getType().getRecordComponents())
                        .map(field -> section.getName() + "." + kebab(field)))
                .collect(Collectors.toCollection(TreeSet::new));
        fields.add("kafka.bootstrap.servers");

        assertThat(ConfigKeys.ALL).extracting(ConfigKey::name).containsExactlyInAnyOrderElementsOf(fields);
    }

    @Test
    void everyDefaultIsWhatItWas() throws IOException {
        StreambedConfig config = ConfigLoader.load(null, Map.of(), Map.of()).config();

        assertThat(config)
                .isEqualTo(new StreambedConfig(
                        new KafkaSettings(Map.of("bootstrap.servers", "localhost:9092")),
                        new TopicsSettings(""),
                        new PipelineSettings("minilm"),
                        new ModelSettings(null, Device.AUTO, Precision.AUTO, 0, DataSize.ofBytes(0), null, null),
                        new ChunkSettings(ChunkMode.WINDOW, 0, 32),
                        new EmbedSettings(
                                0,
                                0,
                                0,
                                Duration.valueOf("100ms"),
                                Duration.valueOf("2m"),
                                DataSize.of(16, DataSize.Unit.MEGABYTE)),
                        new EmbedderSettings(
                                EmbedderSettings.Type.ONNX, null, null, null, null, 0, Duration.valueOf("30s"), 16, 32),
                        new LimitsSettings(DataSize.of(1, DataSize.Unit.MEGABYTE), 4096),
                        new IndexSettings(
                                IndexSettings.Type.MILVUS,
                                500,
                                DataSize.of(2, DataSize.Unit.MEGABYTE),
                                2,
                                DataSize.of(32, DataSize.Unit.MEGABYTE)),
                        new MilvusSettings(
                                URI.create("http://localhost:19530"),
                                null,
                                null,
                                null,
                                null,
                                null,
                                "default",
                                null,
                                Duration.valueOf("3s")),
                        new DriftSettings(
                                true, null, 32, 10_000, 1_000, Duration.valueOf("1h"), Duration.valueOf("1h"), 500),
                        new HttpSettings("127.0.0.1", 8080, null, null),
                        new TracesSettings(null, 0.1, null, null),
                        new ShutdownSettings(Duration.valueOf("30s")),
                        new StateSettings(null, null)));
        assertGolden(DEFAULTS, defaults());
    }

    @Test
    void everyKeyReachesItsField() {
        assertThat(ConfigSources.file(EVERY_KEY).keySet())
                .containsExactlyInAnyOrderElementsOf(
                        ConfigKeys.ALL.stream().map(ConfigKey::name).toList());

        StreambedConfig config =
                ConfigLoader.load(EVERY_KEY, Map.of(), Map.of()).config();

        assertThat(config)
                .isEqualTo(new StreambedConfig(
                        new KafkaSettings(Map.of("bootstrap.servers", "kafka-1:9092,kafka-2:9092")),
                        new TopicsSettings("team."),
                        new PipelineSettings("bge-small"),
                        new ModelSettings(
                                Path.of("/models/bge"),
                                Device.CUDA,
                                Precision.FP16,
                                1,
                                DataSize.of(8, DataSize.Unit.GIGABYTE),
                                "query: ",
                                "passage: "),
                        new ChunkSettings(ChunkMode.TRUNCATE, 512, 64),
                        new EmbedSettings(
                                3,
                                1024,
                                4,
                                Duration.valueOf("50ms"),
                                Duration.valueOf("20s"),
                                DataSize.of(8, DataSize.Unit.MEGABYTE)),
                        new EmbedderSettings(
                                EmbedderSettings.Type.TEI,
                                URI.create("http://embedder.example:8080"),
                                "bge-small-en-v1.5",
                                "hf_secret",
                                null,
                                384,
                                Duration.valueOf("10s"),
                                8,
                                64),
                        new LimitsSettings(DataSize.of(500, DataSize.Unit.KILOBYTE), 100),
                        new IndexSettings(
                                IndexSettings.Type.MEMORY,
                                250,
                                DataSize.of(1, DataSize.Unit.MEGABYTE),
                                4,
                                DataSize.of(64, DataSize.Unit.MEGABYTE)),
                        new MilvusSettings(
                                URI.create("https://milvus.example:443"),
                                "root:Milvus",
                                null,
                                null,
                                null,
                                null,
                                "vectors",
                                "bge",
                                Duration.valueOf("2s")),
                        new DriftSettings(
                                false, "customer", 8, 5_000, 400, Duration.valueOf("10m"), Duration.valueOf("2h"), 100),
                        new HttpSettings("0.0.0.0", 9090, "open sesame", null),
                        new TracesSettings(
                                URI.create("https://collector.example:4318"),
                                0.5,
                                "embeddings",
                                Path.of("/run/secrets/collector")),
                        new ShutdownSettings(Duration.valueOf("45s")),
                        new StateSettings(Path.of("/var/lib/streambed"), "embed-0")));
    }

    @Test
    void noTwoKeysHaveOneVariable() {
        List<String> variables = Stream.concat(
                        ConfigKeys.ALL.stream().map(ConfigKey::name).filter(name -> !name.startsWith("kafka.")),
                        KafkaKeys.names().stream().map(name -> "kafka." + name))
                .map(ConfigKey::variableOf)
                .toList();

        assertThat(variables).doesNotHaveDuplicates();
    }

    @Test
    void theTableInTheDocumentationIsTheDeclaredKeys() throws IOException {
        assertGolden(TABLE, ConfigTable.markdown());
    }

    /** {@code -Dgolden.update=true} writes the file anew. */
    private static void assertGolden(Path file, String actual) throws IOException {
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file));
    }

    private static String defaults() {
        return ConfigKeys.ALL.stream()
                .map(key -> key.name() + " = " + (key.defaultText() == null ? "(unset)" : key.defaultText()) + "\n")
                .collect(Collectors.joining());
    }

    private static String kebab(RecordComponent field) {
        return field.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
