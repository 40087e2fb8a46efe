package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.acls.AclAdmin;
import dev.streambed.cli.acls.AclsFile;
import dev.streambed.cli.acls.Permission;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Role;
import dev.streambed.testing.Eventually;
import dev.streambed.testing.RecordingAuthorizer;
import dev.streambed.testing.RecordingAuthorizer.Decision;
import dev.streambed.testing.SecureBroker;
import dev.streambed.testing.TestCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code topology/acls.yaml} lists is what is needed, and all of it: every job against a real broker that denies the rest. In steps, for the
 * broker, the services and what they were seen to do are one story.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class AclsTest {
    private static final List<String> USERS =
            List.of("producer", "caller", "embed", "index", "operator", "administrator");

    @TempDir
    static Path directory;

    private static SecureBroker broker;
    private static final Map<String, Path> CONFIGS = new HashMap<>();
    private static Map<String, List<Permission>> roles;

    @BeforeAll
    static void startABrokerThatDeniesEverything() throws Exception {
        broker = SecureBroker.start(directory, TestCertificates.selfSigned(directory, "broker", "ip:127.0.0.1"), null);
        broker.users(USERS.stream().collect(Collectors.toMap(user -> user, user -> user + "-secret")));
        for (String user : USERS) {
            CONFIGS.put(user, config(user, user + "-secret"));
        }
        roles = AclsFile.read(ServiceHere.config(configOf("operator")));
        // Somebody must be the first.
        grant("administrator", "administrator");
        grant("operator", "administrator");
        grant("operator", "operator");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    @Order(1)
    void theOperatorMakesTheTopics() {
        Terminal first = new Terminal();
        Terminal second = new Terminal();

        assertThat(first.run("topics", "--config", configOf("operator").toString()))
                .as(first.err())
                .isZero();
        assertThat(second.run("topics", "--config", configOf("operator").toString()))
                .as(second.err())
                .isZero();

        assertThat(first.out().lines()).hasSize(6).allMatch(line -> line.startsWith("created "));
        assertThat(second.out().lines()).hasSize(6).allMatch(line -> line.startsWith("ok "));
    }

    @Test
    @Order(2)
    void theAdministratorGrantsWhatIsListedAndTakesNothingAwayUnasked() throws Exception {
        AclBinding extra = binding("User:embed", "documents", AclOperation.DELETE);
        AclBinding foreign = binding("User:embed", "payroll", AclOperation.READ);
        try (AclAdmin superUser = new AclAdmin(broker.superUser())) {
            superUser.grant(List.of(foreign));
        }

        assertThat(acls("--dry-run").out()).contains("missing  User:embed  topic documents  READ\n");
        assertThat(acls().out())
                .contains("granted  User:embed  topic streambed-minilm-embed-*  CREATE\n", "ok       dead-letters")
                .doesNotContain("missing", "payroll");
        try (AclAdmin superUser = new AclAdmin(broker.superUser())) {
            superUser.grant(List.of(extra));
        }
        assertThat(acls("--dry-run", "--revoke-extra").out())
                .contains("ok       User:embed", "extra    User:embed  topic documents  DELETE\n")
                .doesNotContain("granted", "missing", "payroll");
        assertThat(acls().out()).contains("extra    User:embed  topic documents  DELETE\n");
        assertThat(acls("--revoke-extra").out())
                .contains("revoked  User:embed  topic documents  DELETE\n")
                .doesNotContain("payroll");
        assertThat(acls().out().lines()).allMatch(line -> line.startsWith("ok "));
    }

    @Test
    @Order(3)
    void everyJobDoesWithWhatIsListed() throws Exception {
        try (ServiceHere embed = ServiceHere.start(configOf("embed"), Role.EMBED);
                ServiceHere index = ServiceHere.start(configOf("index"), Role.INDEX)) {
            embed.awaitReady();
            index.awaitReady();
            publish(
                    "{\"id\":\"a\",\"text\":\"stars\"}\n{\"id\":\"b\",\"text\":\"planets\"}\n{\"id\":\"c\",\"text\":\" \"}\n");
            publish("{\"id\":\"a\",\"text\":\"stars\"}\n{\"id\":\"b\",\"type\":\"delete\"}\n", "--bulk");
            publishUnawaited();
            sendAstray();
            awaitDecision("embed", AclOperation.WRITE, "documents");
            awaitDecision("embed", AclOperation.WRITE, "documents.bulk");
            assertThat(index.running().service().search(List.of("stars"), 1)).hasSize(1);
            makeABaseline(embed);
        }
        Utils.delete(directory.resolve("state-embed").toFile());
        Utils.delete(directory.resolve("state-index").toFile());
        try (ServiceHere embed = ServiceHere.start(configOf("embed"), Role.EMBED);
                ServiceHere index = ServiceHere.start(configOf("index"), Role.INDEX)) {
            embed.awaitReady();
            index.awaitReady();
            publish("{\"id\":\"a\",\"text\":\"galaxies\"}\n");
            awaitBaseline(embed);
        }
        drift("baseline of tenant all: 1");
        drift("reset  baseline of tenant all", "--reset");

        assertThat(RecordingAuthorizer.decisions())
                .as("denied")
                .filteredOn(decision -> !decision.allowed())
                .isEmpty();
    }

    @Test
    @Order(4)
    void everythingListedIsNeeded() {
        Set<Decision> decisions = RecordingAuthorizer.decisions();

        List<Permission> idle = roles.values().stream()
                .flatMap(List::stream)
                .filter(permission -> decisions.stream().noneMatch(decision -> onlyBy(permission, decision)))
                .toList();

        assertThat(idle).as("permissions without which nothing would be denied").isEmpty();
    }

    @Test
    @Order(5)
    void whatIsTakenAwayIsSaidAndNothingIsLostUntilItIsBack() throws Exception {
        AclBinding answers = binding("User:embed", "completions", AclOperation.WRITE);
        AclBinding vectors = binding("User:index", "embeddings.minilm", AclOperation.READ);
        try (AclAdmin superUser = new AclAdmin(broker.superUser());
                ServiceHere embed = ServiceHere.start(configOf("embed"), Role.EMBED);
                ServiceHere index = ServiceHere.start(configOf("index"), Role.INDEX)) {
            embed.awaitReady();
            index.awaitReady();
            superUser.revoke(List.of(answers, vectors));
            Terminal terminal =
                    new Terminal().input("{\"id\":\"d\",\"text\":\"comets\"}\n{\"id\":\"e\",\"text\":\" \"}\n");
            CompletableFuture<Integer> publish = ServiceHere.command(
                    terminal,
                    "publish",
                    "-",
                    "--wait",
                    "--allow",
                    "REJECTED",
                    "--config",
                    configOf("caller").toString());

            assertThat(embed.awaitReason("Kafka does not allow it")).contains("completions");
            assertThat(index.awaitReason("Kafka does not allow it")).contains("embeddings.minilm");
            assertThat(publish).isNotDone();
            superUser.grant(List.of(answers, vectors));

            assertThat(publish.get(1, TimeUnit.MINUTES)).as(terminal.err()).isZero();
            embed.awaitReady();
            index.awaitReady();
        }
    }

    /** Whether the decision hung on this permission alone, among those of the same principal. */
    private static boolean onlyBy(Permission permission, Decision decision) {
        if (!decision.allowed() || !decision.principal().equals("User:" + permission.role())) {
            return false;
        }
        Stream<Permission> others = roles.getOrDefault(permission.role(), List.of()).stream();
        if (permission.role().equals("administrator")) {
            others = Stream.concat(others, roles.getOrDefault("operator", List.of()).stream());
        }
        return allows(permission, decision)
                && others.filter(other -> !other.equals(permission)).noneMatch(other -> allows(other, decision));
    }

    /** As Kafka's authorizer has it. */
    private static boolean allows(Permission permission, Decision decision) {
        ResourcePattern resource = permission.resource();
        boolean there = resource.resourceType() == decision.type()
                && (resource.patternType() == PatternType.PREFIXED
                        ? decision.resource().startsWith(resource.name())
                        : decision.resource().equals(resource.name()));
        boolean implied =
                switch (decision.operation()) {
                    case DESCRIBE ->
                        Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE, AclOperation.ALTER)
                                .contains(permission.operation());
                    case DESCRIBE_CONFIGS -> permission.operation() == AclOperation.ALTER_CONFIGS;
                    default -> false;
                };
        return there && (implied || permission.operation() == decision.operation());
    }

    private static void awaitDecision(String user, AclOperation operation, String topic) {
        Decision wanted = new Decision("User:" + user, operation, ResourceType.TOPIC, topic, true);
        Set<Decision> unused =
                Eventually.eventually("what was decided", RecordingAuthorizer::decisions, all -> all.contains(wanted));
    }

    private static void publish(String lines, String... options) {
        Terminal terminal = new Terminal().input(lines);
        List<String> args = new ArrayList<>(List.of(
                "publish",
                "-",
                "--wait",
                "--allow",
                "REJECTED",
                "--config",
                configOf("caller").toString()));
        args.addAll(List.of(options));
        assertThat(terminal.run(args.toArray(String[]::new))).as(terminal.err()).isZero();
    }

    private static void publishUnawaited() {
        for (List<String> lane : List.of(List.<String>of(), List.of("--bulk"))) {
            Terminal terminal = new Terminal().input("{\"id\":\"p\",\"text\":\"moons\"}\n");
            List<String> args = new ArrayList<>(
                    List.of("publish", "-", "--config", configOf("producer").toString()));
            args.addAll(lane);
            assertThat(terminal.run(args.toArray(String[]::new)))
                    .as(terminal.err())
                    .isZero();
        }
    }

    /** As a producer whose partitioner is another one: EMBED sends it on. */
    private static void sendAstray() throws Exception {
        StreambedConfig config = ServiceHere.config(configOf("producer"));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config.kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] key = "q".getBytes(StandardCharsets.UTF_8);
            int wrong = (Utils.toPositive(Utils.murmur2(key)) % 8 + 1) % 8;
            for (String topic : List.of("documents", "documents.bulk")) {
                byte[] value = "{\"id\":\"q\",\"text\":\"dust\"}".getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, wrong, key, value)).get();
            }
        }
    }

    /** EMBED takes vectors in once it has read what there is, and writes its baseline when it has enough. */
    private static void makeABaseline(ServiceHere embed) {
        var unused = Eventually.eventually(
                "drift", () -> embed.running().service().drift(), drift -> drift != null && drift.held() == null);
        publish(IntStream.range(0, 100)
                .mapToObj(i -> "{\"id\":\"d" + i + "\",\"text\":\"dust\"}\n")
                .collect(Collectors.joining()));
        awaitBaseline(embed);
    }

    private static void awaitBaseline(ServiceHere embed) {
        var unused = Eventually.eventually(
                "drift",
                () -> embed.running().service().drift(),
                drift -> drift != null
                        && drift.tenants().stream()
                                .anyMatch(tenant -> tenant.phase().equals("watching")));
    }

    private static void drift(String says, String... options) {
        Terminal terminal = new Terminal();
        List<String> args = new ArrayList<>(
                List.of("drift", "baseline", "--config", configOf("operator").toString()));
        args.addAll(List.of(options));

        assertThat(terminal.run(args.toArray(String[]::new))).as(terminal.err()).isZero();
        assertThat(terminal.out()).contains(says);
    }

    private static Terminal acls(String... options) {
        List<String> args = new ArrayList<>(List.of(
                "topics", "--acls", "--config", configOf("administrator").toString()));
        for (String user : List.of("producer", "caller", "embed", "index")) {
            args.addAll(List.of("--principal", user + "=User:" + user));
        }
        args.addAll(List.of(options));
        Terminal terminal = new Terminal();
        int exit = terminal.run(args.toArray(String[]::new));
        assertThat(exit).as(terminal.err()).isEqualTo(terminal.out().contains("extra ") ? 1 : 0);
        return terminal;
    }

    private static void grant(String role, String user) throws Exception {
        try (AclAdmin superUser = new AclAdmin(broker.superUser())) {
            superUser.grant(roles.getOrDefault(role, List.of()).stream()
                    .map(permission -> permission.grantedTo("User:" + user))
                    .toList());
        }
    }

    private static AclBinding binding(String principal, String topic, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    private static Path config(String user, String password) throws IOException {
        return Files.writeString(
                directory.resolve(user + ".yaml"),
                SecureBroker.scram(broker.bootstrapServers(), broker.secrets(user, password))
                        + """
                index.type: memory
                http.port: 0
                drift.baseline: 100
                drift.window: 50
                drift.window-time: 1s
                state.dir: %s
                """.formatted(directory.resolve("state-" + user)));
    }

    private static Path configOf(String user) {
        return CONFIGS.getOrDefault(user, directory);
    }
}
