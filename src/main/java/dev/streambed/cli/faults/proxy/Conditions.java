package dev.streambed.cli.faults.proxy;

/**
 * How bytes move through a {@link TcpProxy} now. A value.
 *
 * @param moves false: no byte is read or written
 * @param latencyNanos from when a byte is read to when it is written, 0 or more
 * @param bytesPerSecond in each direction of each connection, 1 or more; {@link TcpProxy#UNLIMITED}
 */
record Conditions(boolean moves, long latencyNanos, long bytesPerSecond) {
    static final Conditions PASS = new Conditions(true, 0, TcpProxy.UNLIMITED);
    static final Conditions HANG = new Conditions(false, 0, TcpProxy.UNLIMITED);

    /** The most that one direction of a connection holds back, 1 MiB: with a latency, the most that is under way in it at once. */
    private static final int MAX_WINDOW = 1 << 20;

    private static final int MAX_CHUNK = 64 << 10;

    /** A slow wire is fed in slices of this length of time, so that it trickles and does not gush. */
    private static final int SLICES_PER_SECOND = 20;

    Conditions {
        if (latencyNanos < 0) {
            throw new IllegalArgumentException("the latency is " + latencyNanos + " ns: 0 or more");
        }
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("bytesPerSecond is " + bytesPerSecond + ": 1 or more");
        }
    }

    /** Whether what was read may be written at once. */
    boolean isUnshaped() {
        return latencyNanos == 0 && bytesPerSecond == TcpProxy.UNLIMITED;
    }

    /** The most to read at once. */
    int chunkBytes() {
        return (int) Math.min(MAX_CHUNK, Math.max(1, bytesPerSecond / SLICES_PER_SECOND));
    }

    /** The most to hold back: what the wire holds, and a chunk to go on with. The sender waits for the rest, as it would for a real one. */
    int windowBytes() {
        double onTheWire = bytesPerSecond * (latencyNanos / 1e9);
        return (int) Math.min(MAX_WINDOW, onTheWire + chunkBytes());
    }

    /** How long the wire is busy with so many bytes. */
    long wireNanos(int bytes) {
        return bytesPerSecond == TcpProxy.UNLIMITED ? 0 : (long) (bytes * (1e9 / bytesPerSecond));
    }
}
