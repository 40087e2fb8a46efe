package dev.streambed.cli.faults.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Sends back what it reads, and the end of the stream after it. Threads of its own, which end with it. */
final class EchoServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    EchoServer() throws IOException {
        daemon("echo-accept", () -> {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                daemon("echo", () -> {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                    socket.close();
                });
            }
        });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(String name, Work work) {
        var thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Closed by the test, or reset by the proxy: it ends.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
