package dev.streambed.cli.faults.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A port of the loopback that takes connections or refuses them. Owned by the proxy's thread.
 *
 * <p>While it refuses, a socket that does not listen is bound to it, so that the system gives the port to nobody who asks for any free one. (To
 * accept and to reset at once would be simpler, but a client then sees a connection that was made.)
 */
final class Port {
    private final Selector selector;
    private final InetSocketAddress address;
    private @Nullable ServerSocketChannel listener;
    private @Nullable Socket reservation;

    /**
     * Listens.
     *
     * @param port 0 for a free one
     */
    Port(int port, Selector selector) throws IOException {
        this.selector = selector;
        this.listener = bound(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        this.address = (InetSocketAddress) listener.getLocalAddress();
    }

    InetSocketAddress address() {
        return address;
    }

    /** Takes connections from now on. */
    void listen() throws IOException {
        if (listener == null) {
            release();
            listener = bound(address);
        }
    }

    /** Refuses connections from now on; those not accepted yet are reset. */
    void refuse() throws IOException {
        if (listener != null) {
            unlisten(listener);
            reservation = new Socket();
            reservation.setReuseAddress(true);
            reservation.bind(address);
        }
    }

    /** The next connection that waits to be accepted, or null. */
    @Nullable
    SocketChannel accept() throws IOException {
        return listener == null ? null : listener.accept();
    }

    void close() throws IOException {
        if (listener != null) {
            unlisten(listener);
        }
        release();
    }

    private ServerSocketChannel bound(InetSocketAddress to) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.socket().setReuseAddress(true); // the connections of before may still be in TIME_WAIT
            channel.bind(to);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void unlisten(ServerSocketChannel channel) throws IOException {
        listener = null;
        channel.close();
        selector.selectNow(); // a registered channel's socket is closed by the next selection only
    }

    private void release() throws IOException {
        if (reservation != null) {
            reservation.close();
            reservation = null;
        }
    }
}
