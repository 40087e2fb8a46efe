package dev.streambed.cli.faults.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a client and the one to the server that belongs to it. Owned by the proxy's thread. What ends one of them ends the
 * other in the same way: an end of the stream is passed on in its direction, anything else is a reset.
 */
final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final SocketChannel client;
    private final SocketChannel server;
    private final SelectionKey clientKey;
    private final SelectionKey serverKey;
    private final Pipe toServer;
    private final Pipe toClient;
    private boolean connected;

    private Link(SocketChannel client, SocketChannel server, Selector selector, long nowNanos) throws IOException {
        this.client = client;
        this.server = server;
        client.configureBlocking(false);
        server.configureBlocking(false);
        client.setOption(StandardSocketOptions.TCP_NODELAY, true); // the modelled latency is the only one
        server.setOption(StandardSocketOptions.TCP_NODELAY, true);
        this.clientKey = client.register(selector, 0, this);
        this.serverKey = server.register(selector, 0, this);
        this.toServer = new Pipe(client, server, nowNanos);
        this.toClient = new Pipe(server, client, nowNanos);
    }

    /**
     * Begins to connect to the server. Where that cannot even begin, or fails later, the client's connection is reset.
     *
     * @param client accepted a moment ago; owned by this from now on
     */
    static void open(SocketChannel client, InetSocketAddress target, Selector selector, long nowNanos) {
        SocketChannel server = null;
        try {
            server = SocketChannel.open();
            var link = new Link(client, server, selector, nowNanos);
            link.connected = server.connect(target);
        } catch (IOException | RuntimeException e) { // an unresolved address is unchecked
            LOG.debug("No connection to {}", target, e);
            reset(client);
            if (server != null) {
                reset(server);
            }
        }
    }

    /** Does what a key that was found ready allows. */
    void ready(SelectionKey key, Conditions conditions, long nowNanos, ByteBuffer scratch) {
        try {
            if (key.isConnectable()) {
                connected = server.finishConnect();
            }
            if (key.isReadable()) {
                (key == clientKey ? toServer : toClient).read(conditions, nowNanos, scratch);
            }
        } catch (IOException e) {
            LOG.debug("A connection broke", e);
            reset();
        }
    }

    /**
     * Moves what is due, and sets what to be told of.
     *
     * @return nanoseconds until time alone makes something due, or {@link Long#MAX_VALUE}
     */
    long advance(Conditions conditions, long nowNanos) {
        if (!isOpen()) {
            return Long.MAX_VALUE;
        }
        if (!connected) {
            serverKey.interestOps(SelectionKey.OP_CONNECT);
            return Long.MAX_VALUE;
        }
        try {
            toServer.write(conditions, nowNanos);
            toClient.write(conditions, nowNanos);
            if (toServer.isEnded() && toClient.isEnded()) {
                client.close();
                server.close();
                return Long.MAX_VALUE;
            }
        } catch (IOException e) {
            LOG.debug("A connection broke", e);
            reset();
            return Long.MAX_VALUE;
        }
        clientKey.interestOps(interest(toServer, toClient, conditions, nowNanos));
        serverKey.interestOps(interest(toClient, toServer, conditions, nowNanos));
        return LongStream.concat(
                        toServer.nanosUntilDue(conditions, nowNanos).stream(),
                        toClient.nanosUntilDue(conditions, nowNanos).stream())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private static int interest(Pipe away, Pipe towards, Conditions conditions, long nowNanos) {
        return (away.wantsToRead(conditions) ? SelectionKey.OP_READ : 0)
                | (towards.hasDue(conditions, nowNanos) ? SelectionKey.OP_WRITE : 0);
    }

    boolean isOpen() {
        return client.isOpen();
    }

    /** Breaks both connections: what is under way is dropped, and the peers read "connection reset". */
    void reset() {
        reset(client);
        reset(server);
    }

    private static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            LOG.debug("Closed before it could be reset", e);
        }
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("Closed with an error", e);
        }
    }
}
