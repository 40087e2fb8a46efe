package dev.streambed.cli.faults.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves all bytes of a {@link TcpProxy}. Owned by the thread that runs it; {@link #commands}, {@link #address}, {@link #accepted} and {@link #open} are for
 * any. It waits for sockets, for commands, and for the next chunk to be due, all in one place.
 */
final class TcpLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpLoop.class);

    private final Supplier<InetSocketAddress> target;
    private final Selector selector;
    private final Port port;
    private final Commands commands;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(Conditions.PASS.chunkBytes());
    private final AtomicLong accepted = new AtomicLong();
    private volatile int open;
    private Conditions conditions = Conditions.PASS;
    private boolean stopping;

    /**
     * Listens, and moves nothing before it is run.
     *
     * @param target where a connection to come goes; asked on the thread
     */
    TcpLoop(int port, Supplier<InetSocketAddress> target) throws IOException {
        this.target = target;
        this.selector = Selector.open();
        this.commands = new Commands(selector::wakeup);
        try {
            this.port = new Port(port, selector);
        } catch (IOException e) {
            selector.close();
            throw e;
        }
    }

    Commands commands() {
        return commands;
    }

    InetSocketAddress address() {
        return port.address();
    }

    long accepted() {
        return accepted.get();
    }

    int open() {
        return open;
    }

    @Override
    public void run() {
        try {
            long wait = Long.MAX_VALUE;
            while (!stopping) {
                select(wait);
                for (SelectionKey key : selector.selectedKeys()) {
                    serve(key);
                }
                selector.selectedKeys().clear();
                commands.obey();
                wait = advance();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("The proxy on {} gave up", address(), e);
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

    private void serve(SelectionKey key) throws IOException {
        if (!key.isValid()) {
            return; // what was done for another key has closed it
        }
        if (key.attachment() instanceof Link link) {
            link.ready(key, conditions, System.nanoTime(), scratch);
            return;
        }
        for (SocketChannel client = port.accept(); client != null; client = port.accept()) {
            accepted.incrementAndGet();
            Link.open(client, target.get(), selector, System.nanoTime());
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

    /** Those registered; each is, twice, by either end. */
    private List<Link> links() {
        return selector.keys().stream()
                .filter(SelectionKey::isValid)
                .map(SelectionKey::attachment)
                .filter(Link.class::isInstance)
                .map(Link.class::cast)
                .distinct()
                .toList();
    }

    /** A command: listens, and moves bytes so from now on. */
    void change(Conditions to) throws IOException {
        port.listen();
        conditions = to;
    }

    /** A command: resets what is open. */
    void reset() throws IOException {
        links().forEach(Link::reset);
        selector.selectNow(); // their sockets are closed by the next selection only
        open = 0;
    }

    /** A command: resets what is open, and refuses what comes. */
    void refuse() throws IOException {
        port.refuse();
        reset();
    }

    /** A command: ends the thread. */
    void stop() {
        stopping = true;
    }

    private void end() {
        try {
            port.close();
            reset();
            selector.close();
        } catch (IOException e) {
            LOG.warn("The proxy on {} did not close in good order", address(), e);
        } finally {
            commands.end();
        }
    }
}
