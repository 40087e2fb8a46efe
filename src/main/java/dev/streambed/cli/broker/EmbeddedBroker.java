package dev.streambed.cli.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka broker (KRaft, broker and controller in one node) in this JVM, on loopback only. Its data directory can be opened
 * again later, on the same port or another.
 *
 * <p>One at a time in a JVM: Kafka's handler for its own fatal errors ({@link Exit}) is global. Here it calls {@link #onDeath} instead of ending
 * the process. {@link #close()} may be called from any thread, more than once.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(15);
    private static final int PORT_ATTEMPTS = 3;

    static final String STOP_THREAD = "embedded-broker-stop";

    private final KafkaRaftServer server;
    private final int port;
    private final CompletableFuture<Void> died;
    private final DirectoryLock lock;
    private volatile boolean closed;

    private EmbeddedBroker(KafkaRaftServer server, int port, CompletableFuture<Void> died, DirectoryLock lock) {
        this.server = server;
        this.port = port;
        this.died = died;
        this.lock = lock;
    }

    /**
     * Starts a broker and returns when it takes requests.
     *
     * @param dataDir where it keeps its data, made where it is missing; formatted where it is empty
     * @param port what clients connect to; 0 for any free one
     * @throws BindException if the port is taken
     * @throws IOException if the directory cannot be used, another process has it open for instance, or the broker does not start
     */
    public static EmbeddedBroker start(Path dataDir, int port) throws IOException {
        return start(dataDir, port, Map.of());
    }

    /**
     * The same with settings of its own.
     *
     * @param overrides any setting of a broker, over those it is given here; listeners too
     */
    public static EmbeddedBroker start(Path dataDir, int port, Map<String, String> overrides) throws IOException {
        if (port != 0) {
            return startOn(dataDir, port, overrides);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return startOn(dataDir, freePort(), overrides);
            } catch (BindException e) {
                // Somebody took the port between our look and the broker's.
                if (attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Where clients connect, {@code 127.0.0.1:<port>}. */
    public String bootstrapServers() {
        return BrokerProperties.HOST + ":" + port;
    }

    public int port() {
        return port;
    }

    /**
     * Tells if the broker gives up by itself: a full disk, for instance. Not told of {@link #close()}.
     *
     * @param told called from a thread of the broker, at most once
     */
    public void onDeath(Consumer<Throwable> told) {
        CompletableFuture<Void> unused = died.whenComplete((ended, death) -> {
            if (death != null) {
                told.accept(death);
            }
        });
    }

    /** Stops the broker, within 15 s. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        stop(server);
        lock.close();
        died.complete(null);
    }

    private static EmbeddedBroker startOn(Path dataDir, int port, Map<String, String> overrides) throws IOException {
        checkFree(port);
        Path directory = Files.createDirectories(dataDir.resolve("kafka")).toAbsolutePath();
        DirectoryLock lock = DirectoryLock.acquire(dataDir);
        try {
            return startLocked(directory, port, overrides, lock);
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static EmbeddedBroker startLocked(
            Path directory, int port, Map<String, String> overrides, DirectoryLock lock) throws IOException {
        format(directory);
        Properties properties = BrokerProperties.of(directory, port, freePort());
        properties.putAll(overrides);
        CompletableFuture<Void> died = new CompletableFuture<>();
        Exit.Procedure giveUp = (status, message) -> {
            LOG.error("The embedded broker gave up with status {}: {}", status, message);
            died.completeExceptionally(new IOException("the embedded broker gave up: " + message));
        };
        Exit.setExitProcedure(giveUp);
        Exit.setHaltProcedure(giveUp);
        KafkaRaftServer server = null;
        try {
            server = new KafkaRaftServer(KafkaConfig.fromProps(properties, false), Time.SYSTEM);
            server.startup();
        } catch (RuntimeException | Error e) {
            if (server != null) {
                stop(server);
            }
            throw startFailure(directory, port, e);
        }
        return new EmbeddedBroker(server, port, died, lock);
    }

    private static void format(Path directory) throws IOException {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        Formatter formatter = new Formatter()
                .setPrintStream(
                        new PrintStream(PrintStream.nullOutputStream(), false, java.nio.charset.StandardCharsets.UTF_8))
                .setNodeId(BrokerProperties.NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                .setMetadataLogDirectory(directory.toString())
                .addDirectory(directory.toString());
        try {
            formatter.run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot prepare " + directory + " for the embedded broker: " + e.getMessage(), e);
        }
    }

    private static IOException startFailure(Path directory, int port, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof BindException || message.contains("Address already in use")) {
                BindException taken = new BindException("port " + port + " is taken");
                taken.initCause(failure);
                return taken;
            }
        }
        return new IOException(
                "the embedded broker does not start on " + directory + ": " + failure.getMessage(), failure);
    }

    /** Kafka's own shutdown waits for minutes where something hangs; a daemon thread does it, and we wait for a while. */
    private static void stop(KafkaRaftServer server) {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        Thread stopper = new Thread(
                () -> {
                    try {
                        server.shutdown();
                        server.awaitShutdown();
                        stopped.complete(null);
                    } catch (RuntimeException | Error e) {
                        stopped.completeExceptionally(e);
                    }
                },
                STOP_THREAD);
        stopper.setDaemon(true);
        stopper.start();
        try {
            stopped.get(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.error("The embedded broker did not stop within {} s; it is left behind", CLOSE_WITHIN.toSeconds());
        } catch (ExecutionException e) {
            LOG.error("The embedded broker stopped with an error", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void checkFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (BindException e) {
            BindException taken = new BindException("port " + port + " is taken");
            taken.initCause(e);
            throw taken;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
