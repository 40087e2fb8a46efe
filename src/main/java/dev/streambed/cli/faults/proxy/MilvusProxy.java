package dev.streambed.cli.faults.proxy;

import dev.streambed.cli.faults.proxy.Call.Outcome;
import io.milvus.shaded.io.grpc.Server;
import io.milvus.shaded.io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A Milvus that misbehaves on demand: takes gRPC calls on a port of the loopback and passes them, bytes, headers and deadlines, to a real one, but
 * for those that a {@link Fault} is for. Every method may be called from any thread. Calls are moved by gRPC's event loops; one thread of its own,
 * {@code milvus-proxy-timer}, keeps what {@link Fault.Slow} holds back.
 *
 * <p>One fault at a time, and beside it {@linkplain #poison poisonous ids}. Begins without either. What is under way is bounded by the callers: each
 * of their calls holds its request here.
 */
public final class MilvusProxy implements AutoCloseable {
    static final int MAX_MESSAGE_BYTES = 128 << 20;

    private final FaultSwitch faults = new FaultSwitch();
    private final CallLog log;
    private final ScheduledExecutorService timer;
    private final Upstream upstream;
    private final CallHandler handler;
    private final Server server;

    private MilvusProxy(int port, URI milvus, Consumer<Call> listener) throws IOException {
        this.log = new CallLog(listener);
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "milvus-proxy-timer");
            thread.setDaemon(true);
            return thread;
        });
        this.upstream = new Upstream(milvus, timer);
        this.handler = new CallHandler(faults, log, timer, upstream);
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .directExecutor()
                .fallbackHandlerRegistry(handler)
                .build();
    }

    /**
     * Starts a proxy that passes everything.
     *
     * @param port what to listen on, 0 for a free one
     * @param milvus {@code http://host:port} or https; need not answer yet. Calls fail with UNAVAILABLE while it does not
     * @param listener told of every call that ends, before its caller is, by the thread that ends it: from several at once, and it must be
     *     quick, for other calls wait for that thread
     * @throws IOException if the port is taken
     */
    public static MilvusProxy start(int port, String milvus, Consumer<Call> listener) throws IOException {
        var proxy = new MilvusProxy(port, URI.create(milvus), listener);
        try {
            proxy.server.start();
            return proxy;
        } catch (IOException e) {
            proxy.close();
            throw e;
        }
    }

    /** What a client's {@code milvus.uri} is, {@code http://127.0.0.1:<port>}. */
    public String uri() {
        return "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getPort();
    }

    /** Ends the fault: calls pass, and those that hang go on. Poisonous ids stay. */
    public void pass() {
        set(null, FaultSwitch.UNTIL_SWITCHED);
    }

    /** Every call in the fault's scope from now on, until another fault or {@link #pass()}. */
    public void inject(Fault fault) {
        set(fault, FaultSwitch.UNTIL_SWITCHED);
    }

    /**
     * The next calls in the fault's scope; all after them pass.
     *
     * @param calls 1 or more; those that hung under the fault before count if they are still waited for
     */
    public void inject(Fault fault, int calls) {
        if (calls < 1) {
            throw new IllegalArgumentException("a fault for " + calls + " calls: 1 or more");
        }
        set(fault, calls);
    }

    private void set(@Nullable Fault fault, long calls) {
        faults.set(fault, calls).forEach(handler::handle);
    }

    /**
     * Which rows are refused for good, until the next call of this. An upsert or insert with one among its rows is answered with code 1100
     * and not passed on, wherever the fault in force lets it through; a deletion is no matter.
     *
     * @param ids of rows ({@code <document id>#<chunk>}), asked on gRPC's threads; {@code id -> false} for none
     */
    public void poison(Predicate<String> ids) {
        handler.poison(ids);
    }

    /** Calls that hang now. */
    public int hanging() {
        return faults.hanging();
    }

    /** How many calls of a method have ended so. */
    public long count(String method, Outcome outcome) {
        return log.count(method, outcome);
    }

    /** All these counts, by method; a copy. */
    public Map<String, Map<Outcome, Long>> counts() {
        return log.counts();
    }

    /** {@link System#nanoTime} of the last write that the real server acknowledged, to be told to its caller or to be lost. */
    public OptionalLong lastAcknowledged() {
        return log.lastWritten();
    }

    /**
     * The first write that the real server acknowledged after a moment.
     *
     * @param nanos of {@link System#nanoTime}
     * @return likewise; empty if there was none yet
     * @throws IllegalArgumentException if more than 131,072 writes were acknowledged since, so that the first is not known
     */
    public OptionalLong firstAcknowledgedAfter(long nanos) {
        return log.firstWrittenAfter(nanos);
    }

    /** As {@link #firstAcknowledgedAfter}, but waits for it; empty if there was none in time. */
    public OptionalLong awaitAcknowledgedAfter(long nanos, Duration atMost) throws InterruptedException {
        return log.awaitWrittenAfter(nanos, atMost);
    }

    /** Breaks all connections and stops listening. A second time it does nothing. */
    @Override
    public void close() {
        server.shutdownNow();
        upstream.close();
        timer.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
