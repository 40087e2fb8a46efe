package dev.streambed.cli.faults.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP connection that misbehaves on demand: listens on a port of the loopback and forwards to a server. One thread of its own,
 * {@code tcp-proxy-<port>}, moves all bytes; every method may be called from any thread, and returns when the switch holds for all connections, those
 * that are open and those to come.
 *
 * <p>Begins with {@link #pass()}. Each of {@link #pass}, {@link #slow}, {@link #hang} and {@link #cut} replaces what was before. Bounds: 1 MiB held
 * back in each direction of a connection.
 */
public final class TcpProxy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);

    /** No limit on the bytes a second. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Something for the thread to do, and who waits for it. */
    private record Command(Task task, CompletableFuture<Void> done) {}

    private interface Task {
        void run() throws IOException;
    }

    private final Selector selector;
    private final Port port;
    private final Thread thread;
    private final List<Command> commands = new ArrayList<>(); // guarded by itself
    private boolean closed; // guarded by commands
    private volatile InetSocketAddress target;
    private final AtomicLong accepted = new AtomicLong();
    private volatile int open;
    private Conditions conditions = Conditions.PASS; // the thread's
    private boolean closing; // the thread's

    private TcpProxy(int port, InetSocketAddress target) throws IOException {
        this.target = target;
        this.selector = Selector.open();
        try {
            this.port = new Port(port, selector);
        } catch (IOException e) {
            selector.close();
            throw e;
        }
        this.thread = new Thread(this::run, "tcp-proxy-" + port());
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
        return port.address().getPort();
    }

    /** What clients connect to, {@code 127.0.0.1:<port>}. */
    public String address() {
        return port.address().getAddress().getHostAddress() + ":" + port();
    }

    /** Connections to come go there; those that are open stay where they are. */
    public void retarget(InetSocketAddress target) {
        this.target = target;
    }

    /** Connections accepted so far. */
    public long accepted() {
        return accepted.get();
    }

    /** Connections open now. */
    public int open() {
        return open;
    }

    /** Moves bytes as they come. What hung or was on a slow way is delivered at once. */
    public void pass() {
        change(Conditions.PASS);
    }

    /**
     * Moves bytes like a long thin wire, each direction of each connection for itself.
     *
     * @param latency from a byte's coming to its going, one way; zero or more
     * @param bytesPerSecond 1 or more, or {@link #UNLIMITED}; with a latency, at most 1 MiB is under way
     */
    public void slow(Duration latency, long bytesPerSecond) {
        change(new Conditions(true, latency.toNanos(), bytesPerSecond));
    }

    /** Accepts and keeps connections, and moves no byte either way, not even an end of a stream. Nothing is lost: what switches it off delivers it. */
    public void hang() {
        change(Conditions.HANG);
    }

    /** Resets all connections, and refuses new ones until another method is called. Bytes under way are lost. */
    public void cut() {
        tell(() -> {
            resetAll();
            port.refuse();
            conditions = Conditions.PASS;
        });
    }

    /** Resets the connections that are open now, and goes on as before. Bytes under way are lost. */
    public void cutOnce() {
        tell(this::resetAll);
    }

    /** Resets all connections and stops listening. A second time it does nothing. */
    @Override
    public void close() {
        synchronized (commands) {
            if (!closed) {
                commands.add(new Command(() -> closing = true, new CompletableFuture<>()));
            }
        }
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void change(Conditions to) {
        tell(() -> {
            port.listen();
            conditions = to;
        });
    }

    private void tell(Task task) {
        var done = new CompletableFuture<Void>();
        synchronized (commands) {
            if (closed) {
                throw new IllegalStateException("the proxy on port " + port() + " is closed");
            }
            commands.add(new Command(task, done));
        }
        selector.wakeup();
        try {
            done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException io
                    ? new UncheckedIOException("the proxy on port " + port() + ": " + io.getMessage(), io)
                    : e;
        }
    }

    private void run() {
        ByteBuffer scratch = ByteBuffer.allocateDirect(Conditions.PASS.chunkBytes());
        try {
            long wait = Long.MAX_VALUE;
            while (!closing) {
                select(wait);
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key, scratch);
                }
                selector.selectedKeys().clear();
                obey();
                wait = advance();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("The proxy on port {} gave up", port(), e);
        } finally {
            end();
        }
    }

    private void select(long waitNanos) throws IOException {
        if (waitNanos == Long.MAX_VALUE) {
            selector.select();
        } else {
            selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos + 999_999)));
        }
    }

    private void serve(SelectionKey key, ByteBuffer scratch) throws IOException {
        if (!key.isValid()) {
            return; // what was done for another key has closed it
        }
        if (key.attachment() instanceof Link link) {
            link.ready(key, conditions, System.nanoTime(), scratch);
            return;
        }
        for (SocketChannel client = port.accept(); client != null; client = port.accept()) {
            accepted.incrementAndGet();
            Link.open(client, target, selector, System.nanoTime());
        }
    }

    private void obey() {
        List<Command> told;
        synchronized (commands) {
            told = List.copyOf(commands);
            commands.clear();
        }
        for (Command command : told) {
            try {
                command.task().run();
                command.done().complete(null);
            } catch (IOException | RuntimeException e) {
                command.done().completeExceptionally(e);
            }
        }
    }

    /** Moves what is due on all connections; returns for how long nothing will be by time alone. */
    private long advance() {
        long wait = Long.MAX_VALUE;
        int stillOpen = 0;
        long now = System.nanoTime();
        for (Link link : links()) {
            wait = Math.min(wait, link.advance(conditions, now));
            stillOpen += link.isOpen() ? 1 : 0;
        }
        open = stillOpen;
        return wait;
    }

    /** Those registered: each twice, by either end. */
    private List<Link> links() {
        return selector.keys().stream()
                .filter(SelectionKey::isValid)
                .map(SelectionKey::attachment)
                .filter(Link.class::isInstance)
                .map(Link.class::cast)
                .distinct()
                .toList();
    }

    private void resetAll() throws IOException {
        links().forEach(Link::reset);
        selector.selectNow(); // their sockets are closed by the next selection only
        open = 0;
    }

    private void end() {
        synchronized (commands) {
            closed = true;
        }
        try {
            resetAll();
            port.close();
            selector.close();
        } catch (IOException e) {
            LOG.warn("The proxy on port {} did not close in good order", port(), e);
        }
        obey();
    }
}
