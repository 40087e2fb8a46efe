package dev.streambed.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker (KRaft, combined mode) inside the test's JVM: ready in about two seconds, on a free port of the loopback, its
 * data in a temporary directory that {@link #close} deletes. Topics are never created by themselves.
 *
 * <p>Owned by the test's thread; {@link #bootstrapServers} may be read from any.
 */
public final class TestBroker implements AutoCloseable {
    private static final int START_ATTEMPTS = 5;
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);

    private final Path directory;
    private final Properties properties;
    private final String bootstrapServers;
    private KafkaRaftServer server;
    private boolean running;

    private TestBroker(Path directory, Properties properties, String bootstrapServers) throws Exception {
        this.directory = directory;
        this.properties = properties;
        this.bootstrapServers = bootstrapServers;
        format(directory);
        this.server = startServer(properties);
        this.running = true;
    }

    /** A broker with the settings below and nothing else. */
    public static TestBroker start() {
        return start(Map.of());
    }

    /**
     * A broker with some settings of its own.
     *
     * @param overrides broker properties, e.g. {@code message.max.bytes}; not listeners or directories
     * @throws IllegalStateException if it did not start; nothing is left behind
     */
    public static TestBroker start(Map<String, String> overrides) {
        // Without this a broker that loses its directory would halt the whole test run.
        Exit.setExitProcedure(TestBroker::refuseToExit);
        Exit.setHaltProcedure(TestBroker::refuseToExit);
        Exception last = null;
        // A port that was free a moment ago may be taken when the broker binds it: try with others.
        for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
            Path directory = null;
            try {
                directory = Files.createTempDirectory("streambed-test-broker");
                int[] ports = freePorts();
                return new TestBroker(directory, propertiesFor(directory, ports, overrides), "localhost:" + ports[0]);
            } catch (Exception e) {
                last = e;
                if (directory != null) {
                    deleteRecursively(directory);
                }
            }
        }
        throw new IllegalStateException("the test broker did not start in " + START_ATTEMPTS + " attempts", last);
    }

    /** What clients connect to, {@code localhost:<port>}; the same after {@link #startAgain}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** A topic with the broker's default configuration, ready for use when this returns. */
    public void createTopic(String name, int partitions) {
        createTopic(name, partitions, Map.of());
    }

    /** A topic, ready for use when this returns. */
    public void createTopic(String name, int partitions, Map<String, String> configuration) {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(
                            new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configuration)))
                    .all()
                    .get();
            awaitLeaders(admin, name, partitions);
        } catch (ExecutionException e) {
            throw new IllegalStateException("could not create the topic " + name, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating the topic " + name, e);
        }
    }

    /** The controller answers when a topic is decided on; the broker knows of it, and leads its partitions, a moment later. */
    private static void awaitLeaders(Admin admin, String topic, int partitions)
            throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try {
                Map<String, TopicDescription> topics =
                        admin.describeTopics(List.of(topic)).allTopicNames().get();
                List<TopicPartitionInfo> known = topics.values().stream()
                        .flatMap(description -> description.partitions().stream())
                        .toList();
                if (known.size() == partitions && known.stream().allMatch(partition -> partition.leader() != null)) {
                    return;
                }
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        throw new IllegalStateException("the topic " + topic + " has no leaders after " + READY_TIMEOUT);
    }

    /** A new admin client, to be closed by the caller. */
    public Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Stops the broker and keeps its data. */
    public void stop() {
        if (running) {
            running = false;
            server.shutdown();
            server.awaitShutdown();
        }
    }

    /** Starts a stopped broker with its old data on its old port. */
    public void startAgain() {
        if (running) {
            throw new IllegalStateException("the broker is running");
        }
        server = startServer(properties);
        running = true;
    }

    @Override
    public void close() {
        try {
            stop();
        } finally {
            deleteRecursively(directory);
        }
    }

    private static KafkaRaftServer startServer(Properties properties) {
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (RuntimeException e) {
            server.shutdown();
            throw e;
        }
    }

    private static void format(Path directory) throws Exception {
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(1)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(directory.toString())
                    .addDirectory(directory.toString())
                    .run();
        }
    }

    private static Properties propertiesFor(Path directory, int[] ports, Map<String, String> overrides) {
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", "1");
        p.setProperty("log.dirs", directory.toString());
        p.setProperty("listeners", "PLAINTEXT://localhost:" + ports[0] + ",CONTROLLER://localhost:" + ports[1]);
        p.setProperty("advertised.listeners", "PLAINTEXT://localhost:" + ports[0]);
        p.setProperty("controller.listener.names", "CONTROLLER");
        p.setProperty("controller.quorum.voters", "1@localhost:" + ports[1]);
        p.setProperty("auto.create.topics.enable", "false");
        p.setProperty("offsets.topic.replication.factor", "1");
        p.setProperty("offsets.topic.num.partitions", "4");
        p.setProperty("transaction.state.log.replication.factor", "1");
        p.setProperty("transaction.state.log.min.isr", "1");
        p.setProperty("transaction.state.log.num.partitions", "1");
        p.setProperty("share.coordinator.state.topic.replication.factor", "1");
        p.setProperty("share.coordinator.state.topic.min.isr", "1");
        p.setProperty("group.initial.rebalance.delay.ms", "0");
        // So that a broker started again is let back in at once.
        p.setProperty("broker.session.timeout.ms", "1500");
        p.setProperty("broker.heartbeat.interval.ms", "300");
        p.setProperty("log.cleaner.dedupe.buffer.size", "8388608");
        overrides.forEach(p::setProperty);
        return p;
    }

    private static int[] freePorts() throws IOException {
        // Both are held at once, so that they differ.
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getByName("localhost"));
                ServerSocket second = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            return new int[] {first.getLocalPort(), second.getLocalPort()};
        }
    }

    private static void deleteRecursively(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not delete the test broker's directory", e);
        }
    }

    private static void refuseToExit(int status, @Nullable String message) {
        throw new IllegalStateException("the test broker wanted to end the process: " + status + " " + message);
    }
}
