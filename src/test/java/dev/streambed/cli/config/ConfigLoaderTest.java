package dev.streambed.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aVariableOverridesTheFileAndAFlagOverridesBoth() throws IOException {
        Path file = write("http.port: 1000\nhttp.host: from-file\npipeline:\n  name: from-file\n");
        Map<String, String> environment =
                Map.of("STREAMBED_HTTP_PORT", "2000", "STREAMBED_HTTP_HOST", "from-environment");
        Map<String, ConfigValue> flags = flag("http.port", "3000");

        LoadedConfig loaded = ConfigLoader.load(file, environment, flags);

        assertThat(loaded.config().http()).isEqualTo(new HttpSettings("from-environment", 3000, null, null));
        assertThat(loaded.config().pipeline().name()).isEqualTo("from-file");
        assertThat(loaded.values().get("http.port")).isEqualTo(new ConfigValue("3000", "flag --set"));
        assertThat(loaded.values().get("http.host"))
                .isEqualTo(new ConfigValue("from-environment", "environment STREAMBED_HTTP_HOST"));
        assertThat(loaded.values().get("pipeline.name"))
                .isEqualTo(new ConfigValue("from-file", "file " + file + " line 4"));
        assertThat(loaded.values().get("chunk.tokens")).isEqualTo(new ConfigValue("0", "default"));
    }

    @Test
    void namesAnUnknownKeyItsOriginAndTheNearestOne() throws IOException {
        Path file = write("milvus:\n  uri: http://localhost:19530\n  colection: docs\n");

        assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage("unknown key milvus.colection (file " + file + " line 3); did you mean milvus.collection?");
        assertThatThrownBy(() -> ConfigLoader.load(null, Map.of("STREAMBED_HTTP_PROT", "1"), Map.of()))
                .hasMessage("unknown key STREAMBED_HTTP_PROT (environment); did you mean STREAMBED_HTTP_PORT?");
        assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), flag("kafka.sasl.mechanisn", "PLAIN")))
                .hasMessage("unknown key kafka.sasl.mechanisn (flag --set); did you mean kafka.sasl.mechanism?");
    }

    @Test
    void namesEveryUnknownKeyAtOnce() throws IOException {
        Path file = write("chunks.tokens: 3\nxylophone: 1\n");

        assertThatThrownBy(() -> ConfigLoader.load(file, Map.of(), Map.of()))
                .hasMessageContaining("chunks.tokens")
                .hasMessageContaining("did you mean chunk.tokens?")
                .hasMessageContaining("unknown key xylophone (file " + file + " line 2)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http.port               | 65536        | must be 0..65535
            http.port               | eighty       | must be whole number, 0..65535
            chunk.overlap           | 16385        | must be 0..16384
            chunk.tokens            | 15           | must be 16..32768
            chunk.mode              | windows      | must be one of `window`, `truncate`, `reject`
            shutdown.timeout        | 30           | must be duration, such as 30s, 1s..10m
            shutdown.timeout        | 11m          | must be 1s..10m
            limits.max-document-bytes | 3MB        | must be 1kB..2MB
            limits.max-document-bytes | 1MiB       | must be size, such as 1MB, 1kB..2MB
            pipeline.name           | Mini_LM      | must match [a-z0-9][a-z0-9-]{0,62}
            milvus.uri              | localhost    | must be http://host:port or https://host:port
            milvus.collection       | a-b          | must match [A-Za-z_][A-Za-z0-9_]{0,254}
            topics.prefix           | a/b          | must match [A-Za-z0-9._-]{0,100}
            index.type              | pgvector     | must be one of `milvus`, `memory`
            """)
    void aWrongValueIsNamedWithWhatIsAllowedAndWhereItCameFrom(String key, String value, String problem) {
        assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), flag(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessage(key + " " + problem + ", but is \"" + value + "\" (flag --set)");
    }

    @Test
    void takesAnySettingOfKafkasClientsForTheClientItBelongsTo() {
        KafkaSettings kafka = ConfigLoader.load(
                        null,
                        Map.of(
                                "STREAMBED_KAFKA_MAIN_CONSUMER_MAX_POLL_RECORDS",
                                "32",
                                "STREAMBED_KAFKA_SECURITY_PROTOCOL",
                                "SSL"),
                        flag("kafka.producer.linger.ms", "5"))
                .config()
                .kafka();

        assertThat(kafka.streams())
                .containsOnly(
                        Map.entry("bootstrap.servers", "localhost:9092"),
                        Map.entry("security.protocol", "SSL"),
                        Map.entry("main.consumer.max.poll.records", "32"),
                        Map.entry("producer.linger.ms", "5"));
        assertThat(kafka.producer()).containsEntry("linger.ms", "5").containsEntry("security.protocol", "SSL");
        assertThat(kafka.consumer()).containsOnlyKeys("bootstrap.servers", "security.protocol");
        assertThat(kafka.admin()).containsOnlyKeys("bootstrap.servers", "security.protocol");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kafka.processing.guarantee    | exactly_once_v2 | must stay at_least_once: exactly-once would not cover the vector store
            kafka.group.protocol          | streams         | must stay classic
            kafka.consumer.group.protocol | consumer        | must stay classic
            kafka.max.task.idle.ms        | 0               | must stay -1
            kafka.application.id          | mine            | cannot be set: it follows from pipeline.name
            kafka.producer.acks           | some            | is not accepted by Kafka
            kafka.commit.interval.ms      | often           | is not accepted by Kafka
            """)
    void refusesKafkaSettingsThatBreakThePromises(String key, String value, String problem) {
        assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), flag(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key + " " + problem)
                .hasMessageContaining("(flag --set)");
    }

    @Test
    void readsTheTokenFromItsFile() throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "root:from-file\n");

        LoadedConfig loaded = ConfigLoader.load(null, Map.of(), flag("milvus.token-file", token.toString()));

        assertThat(loaded.config().milvus().token()).isEqualTo("root:from-file");
        assertThat(loaded.values().toString()).doesNotContain("root:from-file");
        assertThatThrownBy(() -> ConfigLoader.load(
                        null, Map.of("STREAMBED_MILVUS_TOKEN", "x"), flag("milvus.token-file", token.toString())))
                .hasMessage("milvus.token and milvus.token-file are both set; keep one");
        assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), flag("milvus.token-file", "/nowhere/token")))
                .hasMessage("milvus.token-file cannot be read, but is \"/nowhere/token\" (flag --set)");
    }

    @Test
    void readsTheEmbeddersTokenFromItsFile() throws IOException {
        Path token = Files.writeString(directory.resolve("token"), "from-file\n");

        LoadedConfig loaded = ConfigLoader.load(null, Map.of(), flag("embedder.token-file", token.toString()));

        assertThat(loaded.config().embedder().token()).isEqualTo("from-file");
        assertThat(loaded.values().toString() + loaded.config()).doesNotContain("from-file");
    }

    @Test
    void readsThePasswordFromItsFile() throws IOException {
        Path password = Files.writeString(directory.resolve("password"), "open sesame\n");

        LoadedConfig loaded = ConfigLoader.load(null, Map.of(), flag("http.password-file", password.toString()));

        assertThat(loaded.config().http().password()).isEqualTo("open sesame");
        assertThat(loaded.values().toString() + loaded.config()).doesNotContain("sesame");
        assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), flag("http.password", "sesame")))
                .hasMessage("http.password must have 8 characters at least, on one line, but is *** (flag --set)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://there            |         | embedder.model must be set where embedder.type is openai or tei, but is ""
                                    | a-model | embedder.url must be set where embedder.type is openai or tei, but is ""
            ftp://there             | a-model | embedder.url must be http://host:port or https://host:port
            http://me:secret@there  | a-model | embedder.url must be http://host:port or https://host:port
            http://there/?key=value | a-model | embedder.url must be http://host:port or https://host:port
            """)
    void refusesAnEmbeddingServiceThatCannotBeCalled(@Nullable String url, @Nullable String model, String problem) {
        Map<String, String> environment = new HashMap<>(Map.of("STREAMBED_EMBEDDER_TYPE", "openai"));
        environment.put("STREAMBED_EMBEDDER_URL", url == null ? "" : url);
        environment.put("STREAMBED_EMBEDDER_MODEL", model == null ? "" : model);

        assertThatThrownBy(() -> ConfigLoader.load(null, environment, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void neverShowsASecret() {
        Map<String, String> environment = Map.of(
                "STREAMBED_MILVUS_TOKEN", "hush-1",
                "STREAMBED_KAFKA_SASL_JAAS_CONFIG",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required password=\"hush-2\";",
                "STREAMBED_KAFKA_SSL_KEYSTORE_PASSWORD", "hush-3",
                "STREAMBED_KAFKA_PRODUCER_SSL_TRUSTSTORE_PASSWORD", "hush-4");

        LoadedConfig loaded = ConfigLoader.load(null, environment, Map.of());

        assertThat(loaded.values().toString()).doesNotContain("hush").contains("***");
        assertThat(loaded.config().toString()).doesNotContain("hush");
        assertThat(loaded.config().milvus().token()).isEqualTo("hush-1");
        assertThat(loaded.config().kafka().streams()).containsEntry("ssl.keystore.password", "hush-3");
    }

    @Test
    void leavesTheVariablesOfKubernetesServiceLinksAlone() {
        Map<String, String> environment = Map.of(
                "STREAMBED_SERVICE_HOST", "10.0.0.1",
                "STREAMBED_PORT", "tcp://10.0.0.1:8080",
                "STREAMBED_PORT_8080_TCP_ADDR", "10.0.0.1",
                "STREAMBED_MILVUS_SERVICE_PORT_GRPC", "19530",
                "STREAMBED_CONFIG", "x.yaml");

        assertThat(ConfigLoader.load(null, environment, Map.of())
                        .config()
                        .http()
                        .port())
                .isEqualTo(8080);
    }

    @Test
    void namesTheLineOfAFileThatCannotBeRead() throws IOException {
        Path broken = write("http:\n  port: [1\n");
        Path twice = Files.writeString(directory.resolve("twice.yaml"), "http.port: 1\nhttp:\n  port: 2\n");

        assertThatThrownBy(() -> ConfigLoader.load(broken, Map.of(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        broken + " line 2: while parsing a flow sequence: expected ',' or ']', but got <stream end>");
        assertThatThrownBy(() -> ConfigLoader.load(twice, Map.of(), Map.of()))
                .hasMessage("http.port is set twice: file " + twice + " line 1, file " + twice + " line 3");
        assertThatThrownBy(() -> ConfigLoader.load(directory.resolve("none.yaml"), Map.of(), Map.of()))
                .hasMessageEndingWith("none.yaml: no such file");
    }

    @Test
    void theCollectionIsThePipelineUnlessSaid() {
        assertThat(ConfigLoader.load(null, Map.of(), flag("pipeline.name", "bge-small-2"))
                        .config()
                        .milvusCollection())
                .isEqualTo("bge_small_2");
        assertThat(ConfigLoader.load(null, Map.of(), flag("milvus.collection", "docs"))
                        .config()
                        .milvusCollection())
                .isEqualTo("docs");
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(directory.resolve("streambed.yaml"), yaml);
    }

    private static Map<String, ConfigValue> flag(String key, String value) {
        return Map.of(key, new ConfigValue(value, "flag --set"));
    }
}
