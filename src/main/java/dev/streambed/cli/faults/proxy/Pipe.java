package dev.streambed.cli.faults.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.OptionalLong;

/**
 * One direction of a connection: what was read from one side and is not yet written to the other, each chunk with the time at which it is due. Owned
 * by the proxy's thread.
 */
final class Pipe {
    /**
     * What was read at once.
     *
     * @param dueNanos when its last byte has come over the wire
     */
    private record Chunk(ByteBuffer bytes, long dueNanos) {}

    private final SocketChannel from;
    private final SocketChannel to;
    private final ArrayDeque<Chunk> underWay = new ArrayDeque<>();
    private int bytesUnderWay;
    private long wireFreeNanos;
    private boolean fromEnded;
    private boolean toEnded;

    Pipe(SocketChannel from, SocketChannel to, long nowNanos) {
        this.from = from;
        this.to = to;
        this.wireFreeNanos = nowNanos;
    }

    /** Takes what the one side has sent, at most a chunk. */
    void read(Conditions conditions, long nowNanos, ByteBuffer scratch) throws IOException {
        if (!wantsToRead(conditions)) {
            return;
        }
        int room = conditions.windowBytes() - bytesUnderWay;
        scratch.clear().limit(Math.min(scratch.capacity(), Math.min(room, conditions.chunkBytes())));
        int read = from.read(scratch);
        if (read < 0) {
            fromEnded = true;
        } else if (read > 0) {
            ByteBuffer bytes = ByteBuffer.allocate(read).put(scratch.flip()).flip();
            long start = Math.max(wireFreeNanos - nowNanos, 0) + nowNanos;
            wireFreeNanos = start + conditions.wireNanos(read);
            underWay.add(new Chunk(bytes, wireFreeNanos + conditions.latencyNanos()));
            bytesUnderWay += read;
        }
    }

    /** Gives the other side what is due, as far as it takes it; and the end, once all before it was given. */
    void write(Conditions conditions, long nowNanos) throws IOException {
        while (hasDue(conditions, nowNanos)) {
            ByteBuffer head = underWay.getFirst().bytes();
            bytesUnderWay -= to.write(head);
            if (head.hasRemaining()) {
                return;
            }
            underWay.removeFirst();
        }
        if (fromEnded && underWay.isEmpty() && !toEnded && conditions.moves()) {
            toEnded = true;
            to.shutdownOutput();
        }
    }

    /** Whether there is room. */
    boolean wantsToRead(Conditions conditions) {
        return conditions.moves() && !fromEnded && bytesUnderWay < conditions.windowBytes();
    }

    /** Whether something is due. After {@link #write}: whether the other side does not take it now. */
    boolean hasDue(Conditions conditions, long nowNanos) {
        return conditions.moves()
                && !underWay.isEmpty()
                && (conditions.isUnshaped() || underWay.getFirst().dueNanos() - nowNanos <= 0);
    }

    /** How long until something is due that is not due now; empty if nothing will be, by time alone. */
    OptionalLong nanosUntilDue(Conditions conditions, long nowNanos) {
        return !conditions.moves() || underWay.isEmpty() || hasDue(conditions, nowNanos)
                ? OptionalLong.empty()
                : OptionalLong.of(underWay.getFirst().dueNanos() - nowNanos);
    }

    /** Whether the end has been read on the one side and told to the other. */
    boolean isEnded() {
        return toEnded;
    }
}
