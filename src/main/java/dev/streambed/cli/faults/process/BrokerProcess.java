package dev.streambed.cli.faults.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker in a process of its own, with two doors: a direct one for the suite, and one that tells its clients to come through
 * another port, where the suite has put a proxy. Owned by the run's thread.
 */
public final class BrokerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final List<String> JVM =
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final Path directory;
    private final int directPort = Ports.free();
    private final int proxiedPort = Ports.free();
    private final int controllerPort = Ports.free();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable ChildProcess process;

    /**
     * @param directory its own
     * @param overrides settings over the suite's
     */
    public BrokerProcess(Path directory, Map<String, String> overrides) {
        this.directory = directory;
        settings.put(
                "listeners",
                "BROKER://127.0.0.1:" + directPort + ",PROXIED://127.0.0.1:" + proxiedPort + ",CONTROLLER://127.0.0.1:"
                        + controllerPort);
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.putAll(overrides);
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
