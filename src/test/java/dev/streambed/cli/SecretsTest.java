package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.config.ConfigKey;
import dev.streambed.cli.config.ConfigKeys;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.embed.remote.EmbeddingsApi;
import dev.streambed.embed.remote.RemoteOptions;
import dev.streambed.index.milvus.MilvusOptions;
import dev.streambed.observe.HttpOptions;
import dev.streambed.stage.StageOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No secret in what is printed: every key that holds one, ours and Kafka's, with a value that is looked for. */
class SecretsTest {
    private static final String MARKER = "hush-9b3e";
    private static final String JAAS =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"" + MARKER
                    + "\";";

    /** All keys whose values are secret: those declared so here, and those that Kafka declares to be passwords. */
    static Set<String> secretKeys() {
        Stream<String> kafka = Stream.of(
                        AdminClientConfig.configDef(), ProducerConfig.configDef(), ConsumerConfig.configDef())
                .flatMap(definition -> definition.configKeys().values().stream())
                .filter(key -> key.type == ConfigDef.Type.PASSWORD)
                .flatMap(key -> Stream.of("kafka." + key.name, "kafka.producer." + key.name));
        return Stream.concat(ConfigKeys.ALL.stream().filter(ConfigKey::secret).map(ConfigKey::name), kafka)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("secretKeys")
    void theConfigCommandHidesIt(String key) {
        Terminal terminal = new Terminal();

        int exit = terminal.run("config", "--set", key + "=" + value(key));

        assertThat(exit).as(terminal.err()).isZero();
        assertThat(terminal.out()).doesNotContain(MARKER).containsPattern(key.replace(".", "\\.") + " +\\*\\*\\*");
    }

    @Test
    void knowsTheSecretsThatMatterMost() {
        assertThat(secretKeys())
                .contains(
                        "milvus.token",
                        "embedder.token",
                        "http.password",
                        "kafka.sasl.jaas.config",
                        "kafka.ssl.keystore.password",
                        "kafka.ssl.key.password",
                        "kafka.ssl.keystore.key",
                        "kafka.ssl.truststore.password",
                        "kafka.sasl.oauthbearer.client.credentials.client.secret");
    }

    @Test
    void noObjectThatHoldsOneShowsIt() {
        Map<String, ConfigValue> flags = new HashMap<>();
        secretKeys().forEach(key -> flags.put(key, new ConfigValue(value(key), "test")));
        StreambedConfig config = ConfigLoader.load(null, Map.of(), flags).config();
        Map<String, String> kafka = Map.of("sasl.jaas.config", JAAS);

        List<Object> holders = new ArrayList<>(List.of(
                config,
                config.kafka(),
                config.milvus(),
                config.embedder(),
                config.http(),
                new HttpOptions("h", 1, MARKER),
                EmbeddingClientConfig.of("localhost:9092").withKafkaProperties(kafka),
                new MilvusOptions("http://h:1", MARKER, null, "c", 4, "f", Duration.ofSeconds(3)),
                new RemoteOptions(
                        EmbeddingsApi.TEI, URI.create("http://h:1"), "m", MARKER, 4, Duration.ofSeconds(1), 1, 1),
                new StageOptions(
                        "app",
                        Map.of("t", 1L),
                        "heads",
                        1,
                        Map.copyOf(kafka),
                        Path.of("s"),
                        "i",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1))));

        assertThat(holders).extracting(String::valueOf).noneMatch(text -> text.contains(MARKER));
        assertThat(config.milvus().token()).as("it is there").isEqualTo(MARKER);
    }

    @Test
    void aValueThatIsRefusedIsNotQuoted() {
        for (String wrong : List.of(
                "kafka.sasl.jaas.config=no login module " + MARKER,
                "kafka.sasl.jaas.config=" + JAAS.replace("password", MARKER + " password"),
                "embedder.token=" + MARKER + " with a space",
                "milvus.uri=http://root:" + MARKER + "@milvus:19530")) {
            Terminal terminal = new Terminal();

            int exit = terminal.run("config", "--set", wrong);

            assertThat(exit).as(wrong).isEqualTo(2);
            assertThat(terminal.err()).doesNotContain(MARKER);
        }
    }

    private static String value(String key) {
        return key.endsWith("sasl.jaas.config") ? JAAS : MARKER;
    }
}
