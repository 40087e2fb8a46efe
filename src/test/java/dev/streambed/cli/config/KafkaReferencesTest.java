package dev.streambed.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaReferencesTest {
    private static final String SCRAM =
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"${dir:%s:password}\";";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path secrets;

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "kafka.config.providers", "dir",
            "kafka.config.providers.dir.class", "org.apache.kafka.common.config.provider.DirectoryConfigProvider"));

    @BeforeEach
    void writeASecret() throws IOException {
        Files.writeString(secrets.resolve("password"), "hush-1");
    }

    @Test
    void theClientsResolveWhatWeOnlyHandOn() throws IOException {
        settings.put("kafka.sasl.jaas.config", SCRAM.formatted(secrets));
        settings.put("kafka.producer.ssl.key.password", "${dir:" + secrets + ":password}");

        LoadedConfig loaded = load();
        KafkaSettings kafka = loaded.config().kafka();

        assertThat(kafka.properties().toString()).doesNotContain("hush");
        assertThat(loaded.values().toString()).doesNotContain("hush");
        assertThat(password(kafka)).contains("password=\"hush-1\"");
        assertThat(new StreamsConfig(streams(kafka)).getProducerConfigs("x").get("ssl.key.password"))
                .isEqualTo("hush-1");
        Files.writeString(secrets.resolve("password"), "hush-2");
        assertThat(password(kafka)).contains("password=\"hush-2\"");
    }

    @Test
    void refusesAReferenceThatLeadsNowhere() {
        settings.put(
                "kafka.sasl.jaas.config", SCRAM.replace("password}", "pass}").formatted(secrets));

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "kafka.sasl.jaas.config refers to ${dir:" + secrets + ":pass}, which is not there");
    }

    @Test
    void refusesAProviderThatIsNone() {
        settings.put("kafka.config.providers.dir.class", "no.such.Provider");

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kafka.config.providers")
                .hasMessageContaining("no.such.Provider");
    }

    @Test
    void refusesAReferenceWhereWeReadTheValueOurselves() {
        settings.put("kafka.client.id", "${dir:" + secrets + ":password}");

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kafka.client.id takes no reference: only kafka.sasl.* and kafka.ssl.* do")
                .hasMessageNotContaining("hush");
    }

    @Test
    void saysThatALineBreakBreaksTheLoginModulesQuotesAndShowsNothingOfThem() throws IOException {
        Files.writeString(secrets.resolve("password"), "hush-1\n");
        settings.put("kafka.sasl.jaas.config", SCRAM.formatted(secrets));

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("kafka.sasl.jaas.config must be one login module")
                .hasMessageContaining("a line break at the end of a file")
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "kafka.sasl.jaas.config, ScramLoginModule required password=\"a\"hush\";",
        "kafka.sasl.jaas.config, com.sun.security.auth.module.JndiLoginModule required x=\"hush\";",
        "kafka.admin.ssl.truststore.location, /no/such/hush-store.pem"
    })
    void refusesWhatNoClientCouldStartWith(String key, String value) {
        Map<String, ConfigValue> flags = Map.of(key, new ConfigValue(value, "flag --set"));

        assertThatThrownBy(() -> ConfigLoader.load(null, Map.of(), flags))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(key + " must be ")
                .satisfies(e -> assertThat(String.valueOf(e.getMessage()).contains("hush"))
                        .isEqualTo(!ConfigLoader.isSecret(key)));
    }

    private LoadedConfig load() {
        Map<String, ConfigValue> flags = new HashMap<>();
        settings.forEach((key, value) -> flags.put(key, new ConfigValue(value, "flag --set")));
        return ConfigLoader.load(null, Map.of(), flags);
    }

    private static String password(KafkaSettings kafka) {
        return new AdminClientConfig(kafka.admin())
                .getPassword("sasl.jaas.config")
                .value();
    }

    private static Map<String, Object> streams(KafkaSettings kafka) {
        Map<String, Object> all = kafka.streams();
        all.put("application.id", "test");
        return all;
    }
}
