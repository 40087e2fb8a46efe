package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.acls.AclAdmin;
import dev.streambed.cli.acls.AclsFile;
import dev.streambed.cli.acls.Permission;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Role;
import dev.streambed.testing.Eventually;
import dev.streambed.testing.LogCapture;
import dev.streambed.testing.SecureBroker;
import dev.streambed.testing.TestCertificates;
import dev.streambed.testing.TokenIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SASL_SSL with SCRAM and OAUTHBEARER, right and wrong, and no secret in a log. */
@SuppressWarnings("NullAway.Init")
class KafkaSecurityTest {
    private static final String OAUTH_SECRET = "oauth-secret-77aa";

    @TempDir
    static Path directory;

    private static TokenIssuer issuer;
    private static TestCertificates stranger;
    private static SecureBroker broker;

    @BeforeAll
    static void startABrokerThatAsksWhoIsThere() throws Exception {
        issuer = TokenIssuer.start("embedder", OAUTH_SECRET);
        stranger = TestCertificates.selfSigned(directory, "stranger", "ip:127.0.0.1");
        broker =
                SecureBroker.start(directory, TestCertificates.selfSigned(directory, "broker", "ip:127.0.0.1"), issuer);
        broker.users(Map.of("embed", password("embed"), "index", password("index"), "caller", password("caller")));
        StreambedConfig superUser = ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of(
                                "kafka.bootstrap.servers",
                                new ConfigValue(
                                        String.valueOf(broker.superUser().get("bootstrap.servers")), "test")))
                .config();
        TopicsCommand.createMissing(superUser);
        Map<String, List<Permission>> roles = AclsFile.read(superUser);
        try (AclAdmin acls = new AclAdmin(broker.superUser())) {
            for (Map.Entry<String, String> user : Map.of(
                            "embed", "embed", "embedder", "embed", "index", "index", "caller", "caller")
                    .entrySet()) {
                acls.grant(roles.getOrDefault(user.getValue(), List.of()).stream()
                        .map(permission -> permission.grantedTo("User:" + user.getKey()))
                        .toList());
            }
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
        issuer.close();
    }

    @Test
    void waitsWithAWrongPasswordAndAnUnknownCertificateAndGoesOnWithTheRightOnes() throws Exception {
        Path embedSecrets = broker.secrets("embed", "wrong-pass-00");
        Path indexSecrets = broker.secrets("index", password("index"));
        Files.copy(stranger.certificate(), indexSecrets.resolve("ca.pem"), StandardCopyOption.REPLACE_EXISTING);
        try (LogCapture log = LogCapture.open();
                ServiceHere embed = ServiceHere.start(config("embed", scram(embedSecrets)), Role.EMBED);
                ServiceHere index = ServiceHere.start(config("index", scram(indexSecrets)), Role.INDEX)) {
            CompletableFuture<Integer> publish = publish("{\"id\":\"a\",\"text\":\"stars\"}\n");

            assertThat(embed.awaitReason("Kafka does not know us"))
                    .startsWith("embed waits: ")
                    .contains("invalid credentials", "SCRAM-SHA-512", "kafka.sasl.*")
                    .doesNotContain("wrong-pass-00");
            assertThat(index.awaitReason("kafka.ssl.*"))
                    .startsWith("index waits: ")
                    .contains("SSL handshake failed", "certification path");
            assertThat(publish).isNotDone();
            broker.secrets("embed", password("embed"));
            broker.secrets("index", password("index"));

            embed.awaitReady();
            index.awaitReady();
            assertThat(publish.get(1, TimeUnit.MINUTES)).isZero();
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("WARN") && line.contains("Kafka does not know us"))
                    .anyMatch(line -> line.contains("sasl.jaas.config = [hidden]"))
                    .noneMatch(line -> line.contains("wrong-pass-00")
                            || line.contains(password("embed"))
                            || line.contains(password("index"))
                            || line.contains(password("caller")));
        }
    }

    @Test
    void logsInWithATokenAndWaitsWhileThereIsNoneThatIsGood() throws Exception {
        Path secrets = broker.secrets("embedder", "not-it");
        issuer.lifetime(Duration.ofMinutes(-10));
        Path indexSecrets = broker.secrets("index", password("index"));
        try (LogCapture log = LogCapture.open();
                ServiceHere embed = ServiceHere.start(config("embedder", oauth(secrets)), Role.EMBED);
                ServiceHere index = ServiceHere.start(config("index2", scram(indexSecrets)), Role.INDEX)) {
            CompletableFuture<Integer> publish = publish("{\"id\":\"b\",\"text\":\"planets\"}\n");

            Eventually.eventually("refused", issuer::refused, times -> times > 0);
            String refused = embed.awaitReason("embed waits: ");
            Path unused = broker.secrets("embedder", OAUTH_SECRET);
            Eventually.eventually("expired", issuer::expired, times -> times > 1);
            // The drift monitor logs in too, so a token that was refused need not have been the stage's.
            String expired = embed.awaitAnotherReason(refused);
            assertThat(publish).isNotDone();
            issuer.lifetime(Duration.ofHours(1));

            embed.awaitReady();
            index.awaitReady();
            assertThat(publish.get(1, TimeUnit.MINUTES)).isZero();
            assertThat(refused).as("the client's secret is wrong").contains("token");
            assertThat(expired).as("the token is too old").contains("token").isNotEqualTo(refused);
            assertThat(log.lines())
                    .noneMatch(line -> line.contains(OAUTH_SECRET) || line.contains("not-it") || line.contains("eyJ"));
        }
    }

    private static CompletableFuture<Integer> publish(String lines) throws IOException {
        Path config = config("caller", scram(broker.secrets("caller", password("caller"))));
        return ServiceHere.command(
                new Terminal().input(lines), "publish", "-", "--wait", "--config", config.toString());
    }

    private static String scram(Path secrets) {
        return SecureBroker.scram(broker.bootstrapServers(), secrets);
    }

    private static String oauth(Path secrets) {
        return """
                kafka:
                  bootstrap.servers: %s
                  security.protocol: SASL_SSL
                  sasl.mechanism: OAUTHBEARER
                  sasl.jaas.config: org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;
                  sasl.login.callback.handler.class: org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler
                  sasl.oauthbearer.token.endpoint.url: %s
                  sasl.oauthbearer.client.credentials.client.id: embedder
                  sasl.oauthbearer.client.credentials.client.secret: ${dir:%s:password}
                  ssl.truststore.type: PEM
                  ssl.truststore.location: %s/ca.pem
                  config.providers: dir
                  config.providers.dir.class: org.apache.kafka.common.config.provider.DirectoryConfigProvider
                """.formatted(broker.bootstrapServers(), issuer.tokenUrl(), secrets, secrets);
    }

    private static Path config(String name, String kafka) throws IOException {
        return Files.writeString(
                directory.resolve(name + ".yaml"), kafka + """
                index.type: memory
                http.port: 0
                state.dir: %s
                """.formatted(directory.resolve("state-" + name)));
    }

    private static String password(String user) {
        return user + "-secret-5d21";
    }
}
