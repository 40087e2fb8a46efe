package dev.streambed.cli.faults.proxy;

import dev.streambed.cli.faults.proxy.Commands.Task;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A TCP connection that misbehaves on demand: listens on a port of the loopback and forwards to a server. One thread of its own,
 * {@code tcp-proxy-<port>}, moves all bytes; every method may be called from any thread, and returns when the switch holds for all connections, those
 * that are open and those to come. Once closed, a switch throws {@link IllegalStateException}.
 *
 * <p>Begins with {@link #pass()}. Each of {@link #pass}, {@link #slow}, {@link #hang} and {@link #cut} replaces what was before; {@link #cut} alone
 * does not listen, and the port is kept for the next of the others. Bounds: 1 MiB held back in each direction of a connection.
 */
public final class TcpProxy implements AutoCloseable {
    /** No limit on the bytes a second. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private final TcpLoop loop;
    private final Thread thread;
    private volatile InetSocketAddress target;

    private TcpProxy(int port, InetSocketAddress target) throws IOException {
        this.target = target;
        this.loop = new TcpLoop(port, () -> this.target);
        this.thread = new Thread(loop, "tcp-proxy-" + port());
        thread.setDaemon(true);
    }

    /**
     * Starts a proxy that passes everything.
     *
     * @param port what to listen on, 0 for a free one
     * @param target where to; need not listen yet. Connections are reset while it does not
     * @throws java.net.BindException if the port is taken
     */
    public static TcpProxy start(int port, InetSocketAddress target) throws IOException {
        var proxy = new TcpProxy(port, target);
        proxy.thread.start();
        return proxy;
    }

    /** The port clients connect to; the same for as long as this lives. */
    public int port() {
        return loop.address().getPort();
    }

    /** What clients connect to, {@code 127.0.0.1:<port>}. */
    public String address() {
        return loop.address().getAddress().getHostAddress() + ":" + port();
    }

    /** Connections to come go there; those that are open stay where they are. */
    public void retarget(InetSocketAddress target) {
        this.target = target;
    }

    /** Connections accepted so far. */
    public long accepted() {
        return loop.accepted();
    }

    /** Connections open now. */
    public int open() {
        return loop.open();
    }

    /** Moves bytes as they come. What hung or was on a slow way is delivered at once. */
    public void pass() {
        tell(() -> loop.change(Conditions.PASS));
    }

    /**
     * Moves bytes like a long thin wire, each direction of each connection for itself.
     *
     * @param latency from a byte's coming to its going, one way; zero or more
     * @param bytesPerSecond 1 or more, or {@link #UNLIMITED}; with a latency, at most 1 MiB is under way
     * @throws IllegalArgumentException if either is less
     */
    public void slow(Duration latency, long bytesPerSecond) {
        var conditions = new Conditions(true, latency.toNanos(), bytesPerSecond);
        tell(() -> loop.change(conditions));
    }

    /** Accepts and keeps connections, and moves no byte either way, not even an end of a stream. Nothing is lost: what switches it off delivers it. */
    public void hang() {
        tell(() -> loop.change(Conditions.HANG));
    }

    /** Resets all connections, and refuses new ones until another method is called. Bytes under way are lost. */
    public void cut() {
        tell(loop::refuse);
    }

    /** Resets the connections that are open now, and goes on as before. Bytes under way are lost. */
    public void cutOnce() {
        tell(loop::reset);
    }

    private void tell(Task task) {
        if (!loop.commands().tell(task)) {
            throw new IllegalStateException("the proxy on port " + port() + " is closed");
        }
    }

    /** Resets all connections and stops listening. A second time it does nothing. */
    @Override
    public void close() {
        boolean unused = loop.commands().tell(loop::stop);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
