package dev.streambed.stage;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Which of {@value #OFFSETS} neighbouring offsets of a partition are in flight, and when each arrived. Owned by the stream thread. */
final class LedgerEntry {
    /** Offsets it covers. */
    static final int OFFSETS = Long.SIZE;

    private final long[] arrivals = new long[OFFSETS];
    private long present; // a bit for each offset

    /** Bytes: a bit for each offset (8), then of each bit that is set, from the lowest, the arrival number (8). */
    static Serde<LedgerEntry> serde() {
        return Serdes.serdeFrom(
                (unused, entry) -> entry == null ? null : entry.encode(),
                (unused, bytes) -> bytes == null ? null : decode(bytes));
    }

    /**
     * An offset is in flight.
     *
     * @param index within the entry
     * @param arrival unlike all others of the task, larger than those before it
     */
    void add(int index, long arrival) {
        present |= 1L << index;
        arrivals[index] = arrival;
    }

    /** It is not any more. */
    void remove(int index) {
        present &= ~(1L << index);
    }

    boolean isEmpty() {
        return present == 0;
    }

    boolean has(int index) {
        return (present & 1L << index) != 0;
    }

    long arrival(int index) {
        return arrivals[index];
    }

    private byte[] encode() {
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES * (1 + Long.bitCount(present)));
        buffer.putLong(present);
        for (long left = present; left != 0; left &= left - 1) {
            buffer.putLong(arrivals[Long.numberOfTrailingZeros(left)]);
        }
        return buffer.array();
    }

    private static LedgerEntry decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        LedgerEntry entry = new LedgerEntry();
        long present = bytes.length < Long.BYTES ? 0 : buffer.getLong();
        if (bytes.length != Long.BYTES * (1 + Long.bitCount(present)) || present == 0) {
            throw new SerializationException(
                    "an entry of the ledger has " + bytes.length
                            + " bytes that this version did not write; let the version that did finish what is in flight (SIGTERM) first");
        }
        for (long left = present; left != 0; left &= left - 1) {
            entry.add(Long.numberOfTrailingZeros(left), buffer.getLong());
        }
        return entry;
    }
}
