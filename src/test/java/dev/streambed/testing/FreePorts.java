package dev.streambed.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports of the loopback that nobody listened on a moment ago. */
final class FreePorts {
    private FreePorts() {}

    /** Two that differ: both are held at once. */
    static int[] two() throws IOException {
        InetAddress loopback = InetAddress.getByName("localhost");
        try (ServerSocket first = new ServerSocket(0, 1, loopback);
                ServerSocket second = new ServerSocket(0, 1, loopback)) {
            return new int[] {first.getLocalPort(), second.getLocalPort()};
        }
    }
}
