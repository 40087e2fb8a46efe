package dev.streambed.cli.faults.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker in a process of its own, with two doors: a direct one for the suite, and one that tells its clients to come through
 * another port, where the suite has put a proxy. Owned by the run's thread.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(3);
    private static final List<String> JVM =
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final Path directory;
    private final int directPort = Ports.free();
    private final int proxiedPort = Ports.free();
    private final int controllerPort;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable ChildProcess process;

    /**
     * @param directory its own
     * @param overrides settings over the suite's
     */
    public BrokerProcess(Path directory, Map<String, String> overrides) {
        this(directory, Ports.free());
        settings.put("listeners", listeners() + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.putAll(overrides);
    }

    private BrokerProcess(Path directory, int controllerPort) {
        this.directory = directory;
        this.controllerPort = controllerPort;
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT");
    }

    /**
     * Another broker of the same cluster.
     *
     * @param other the one that is the controller too; running
     * @param directory its own
     */
    public static BrokerProcess beside(BrokerProcess other, Path directory) {
        BrokerProcess second = new BrokerProcess(directory, other.controllerPort);
        second.settings.put("process.roles", "broker");
        second.settings.put("node.id", "2");
        second.settings.put("listeners", second.listeners());
        try {
            // A directory that belongs to the cluster already is not formatted again.
            Path data = Files.createDirectories(directory.resolve("kafka"));
            String cluster = Files.readAllLines(other.directory.resolve("kafka/meta.properties")).stream()
                    .filter(line -> line.startsWith("cluster.id="))
                    .findFirst()
                    .orElseThrow();
            Files.write(
                    data.resolve("meta.properties"),
                    List.of(cluster, "node.id=2", "version=1", "directory.id=" + Uuid.randomUuid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return second;
    }

    private String listeners() {
        return "BROKER://127.0.0.1:" + directPort + ",PROXIED://127.0.0.1:" + proxiedPort;
    }

    /** Where the proxy finds it. */
    public int proxiedPort() {
        return proxiedPort;
    }

    /** For the suite's own clients. */
    public String bootstrapServers() {
        return "127.0.0.1:" + directPort;
    }

    /**
     * Starts it, or starts it again on its data.
     *
     * @param advertisedPort the proxy's, where clients of the other door are sent
     */
    public void start(int advertisedPort) {
        settings.put(
                "advertised.listeners", "BROKER://127.0.0.1:" + directPort + ",PROXIED://127.0.0.1:" + advertisedPort);
        List<String> arguments = new ArrayList<>(
                List.of("broker", "--data-dir", directory.toString(), "--port", Integer.toString(directPort)));
        settings.forEach((key, value) -> arguments.addAll(List.of("--broker-set", key + "=" + value)));
        ChildProcess started = ChildProcess.streambed("broker", directory, null, JVM, List.of(), Map.of(), arguments);
        process = started;
        long readyBefore = readyLines(started.output());
        Patience.await(
                "the broker starts",
                START,
                () -> readyLines(started.output()) > readyBefore || !started.isAlive(),
                started::output);
        if (!started.isAlive()) {
            throw new RunFailedException("the broker did not start: " + started.output());
        }
    }

    private static long readyLines(String output) {
        return output.lines().filter(line -> line.startsWith("ready: broker")).count();
    }

    public ChildProcess process() {
        ChildProcess current = process;
        if (current == null) {
            throw new IllegalStateException("the broker was not started");
        }
        return current;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
