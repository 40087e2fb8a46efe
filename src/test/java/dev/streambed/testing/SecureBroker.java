package dev.streambed.testing;

import dev.streambed.cli.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.jspecify.annotations.Nullable;

/**
 * A real broker with two doors: one in plain text for the test itself, who may do everything, and one with TLS, SASL (SCRAM-SHA-512, and
 * OAUTHBEARER where there is an issuer) and an authorizer that denies what nobody has granted. Owned by the test's thread.
 */
public final class SecureBroker implements AutoCloseable {
    private static final int ITERATIONS = 4096;

    private final EmbeddedBroker broker;
    private final Path directory;
    private final int securePort;
    private final Path trusted;

    private SecureBroker(EmbeddedBroker broker, Path directory, int securePort, Path trusted) {
        this.broker = broker;
        this.directory = directory;
        this.securePort = securePort;
        this.trusted = trusted;
    }

    /**
     * Starts one.
     *
     * @param directory the test's own
     * @param certificate of the broker, for 127.0.0.1
     * @param issuer whose tokens it takes; null: none
     */
    public static SecureBroker start(Path directory, TestCertificates certificate, @Nullable TokenIssuer issuer)
            throws IOException {
        int[] first = FreePorts.two();
        int[] second = FreePorts.two();
        int plain = first[0];
        int secure = first[1];
        int controller = second[0];
        Map<String, String> settings = new HashMap<>(Map.ofEntries(
                Map.entry(
                        "listeners",
                        "BROKER://127.0.0.1:" + plain + ",SECURE://127.0.0.1:" + secure + ",CONTROLLER://127.0.0.1:"
                                + controller),
                Map.entry("advertised.listeners", "BROKER://127.0.0.1:" + plain + ",SECURE://127.0.0.1:" + secure),
                Map.entry("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL"),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
                Map.entry("authorizer.class.name", RecordingAuthorizer.class.getName()),
                Map.entry("super.users", "User:ANONYMOUS"),
                Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512" + (issuer == null ? "" : ",OAUTHBEARER")),
                Map.entry(
                        "listener.name.secure.scram-sha-512.sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                Map.entry("ssl.keystore.type", "PKCS12"),
                Map.entry("ssl.keystore.location", certificate.keyStore().toString()),
                Map.entry("ssl.keystore.password", TestCertificates.PASSWORD)));
        if (issuer != null) {
            System.setProperty("org.apache.kafka.sasl.oauthbearer.allowed.urls", issuer.jwksUrl());
            settings.put(
                    "listener.name.secure.oauthbearer.sasl.jaas.config",
                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;");
            settings.put(
                    "listener.name.secure.oauthbearer.sasl.server.callback.handler.class",
                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler");
            settings.put("sasl.oauthbearer.jwks.endpoint.url", issuer.jwksUrl());
            settings.put("sasl.oauthbearer.expected.audience", "kafka");
            settings.put("sasl.oauthbearer.expected.issuer", "test");
        }
        RecordingAuthorizer.forget();
        return new SecureBroker(
                EmbeddedBroker.start(directory.resolve("broker"), plain, settings),
                directory,
                secure,
                certificate.certificate());
    }

    /** The door in plain text, for the test itself. */
    public Map<String, Object> superUser() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    /** The door with TLS. */
    public String bootstrapServers() {
        return "127.0.0.1:" + securePort;
    }

    /** Makes users, or gives them new passwords. */
    public void users(Map<String, String> passwords) throws ExecutionException, InterruptedException {
        List<UserScramCredentialAlteration> alterations = new ArrayList<>();
        passwords.forEach((name, password) -> alterations.add(new UserScramCredentialUpsertion(
                name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), password)));
        try (Admin admin = Admin.create(superUser())) {
            admin.alterUserScramCredentials(alterations).all().get();
        }
    }

    /** The directory of a user's secrets, one a file, as an orchestrator mounts them. */
    public Path secrets(String user, String password) throws IOException {
        Path secrets = Files.createDirectories(directory.resolve("secrets").resolve(user));
        Files.writeString(secrets.resolve("username"), user);
        Files.writeString(secrets.resolve("password"), password);
        Files.copy(trusted, secrets.resolve("ca.pem"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return secrets;
    }

    /** A configuration of Streambed that logs in with SCRAM; no secret stands in it. */
    public static String scram(String bootstrapServers, Path secrets) {
        return """
                kafka:
                  bootstrap.servers: %s
                  security.protocol: SASL_SSL
                  sasl.mechanism: SCRAM-SHA-512
                  sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule required
                    username="${dir:%s:username}" password="${dir:%s:password}";
                  ssl.truststore.type: PEM
                  ssl.truststore.location: %s/ca.pem
                  config.providers: dir
                  config.providers.dir.class: org.apache.kafka.common.config.provider.DirectoryConfigProvider
                """.formatted(bootstrapServers, secrets, secrets, secrets);
    }

    @Override
    public void close() {
        broker.close();
    }
}
