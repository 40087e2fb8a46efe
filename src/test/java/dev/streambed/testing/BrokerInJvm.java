package dev.streambed.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/** A broker inside the test's JVM, its data in a temporary directory. Owned by the test's thread. */
final class BrokerInJvm implements BrokerHost {
    private static final int START_ATTEMPTS = 5;

    private final Path directory;
    private final Properties properties;
    private final String bootstrapServers;
    private KafkaRaftServer server;
    private boolean running;

    private BrokerInJvm(Path directory, Properties properties, String bootstrapServers) throws Exception {
        this.directory = directory;
        this.properties = properties;
        this.bootstrapServers = bootstrapServers;
        format(directory);
        this.server = startServer(properties);
        this.running = true;
    }

    /**
     * Starts one.
     *
     * @param settings broker properties; not listeners or directories
     */
    static BrokerInJvm start(Map<String, String> settings) {
        // Without this a broker that loses its directory would halt the whole test run.
        Exit.setExitProcedure(BrokerInJvm::refuseToExit);
        Exit.setHaltProcedure(BrokerInJvm::refuseToExit);
        Exception last = null;
        // A port that was free a moment ago may be taken when the broker binds it: try with others.
        for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
            Path directory = null;
            try {
                directory = Files.createTempDirectory("streambed-test-broker");
                int[] ports = FreePorts.two();
                return new BrokerInJvm(directory, propertiesFor(directory, ports, settings), "localhost:" + ports[0]);
            } catch (Exception e) {
                last = e;
                if (directory != null) {
                    deleteRecursively(directory);
                }
            }
        }
        throw new IllegalStateException("the test broker did not start in " + START_ATTEMPTS + " attempts", last);
    }

    @Override
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void stop() {
        if (running) {
            running = false;
            server.shutdown();
            server.awaitShutdown();
        }
    }

    @Override
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

    private static Properties propertiesFor(Path directory, int[] ports, Map<String, String> settings) {
        Properties p = new Properties();
        p.setProperty("process.roles", "broker,controller");
        p.setProperty("node.id", "1");
        p.setProperty("log.dirs", directory.toString());
        p.setProperty("listeners", "PLAINTEXT://localhost:" + ports[0] + ",CONTROLLER://localhost:" + ports[1]);
        p.setProperty("advertised.listeners", "PLAINTEXT://localhost:" + ports[0]);
        p.setProperty("controller.listener.names", "CONTROLLER");
        p.setProperty("controller.quorum.voters", "1@localhost:" + ports[1]);
        settings.forEach(p::setProperty);
        return p;
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
