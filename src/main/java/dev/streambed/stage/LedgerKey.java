package dev.streambed.stage;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Whose entry of the ledger it is, and for which offsets.
 *
 * @param first the first of the {@value LedgerEntry#OFFSETS} offsets covered
 * @param writer the {@link Ledger} that adds to it; no other does
 */
record LedgerKey(EventRef first, long writer) {
    /** Bytes: writer (8), then the reference. */
    static Serde<LedgerKey> serde() {
        Serde<EventRef> refs = EventRef.serde();
        return Serdes.serdeFrom(
                (topic, key) -> {
                    byte[] ref = refs.serializer().serialize(topic, key.first);
                    return ByteBuffer.allocate(Long.BYTES + ref.length)
                            .putLong(key.writer)
                            .put(ref)
                            .array();
                },
                (topic, bytes) -> {
                    ByteBuffer buffer = ByteBuffer.wrap(bytes);
                    long writer = buffer.getLong();
                    byte[] ref = new byte[buffer.remaining()];
                    buffer.get(ref);
                    return new LedgerKey(refs.deserializer().deserialize(topic, ref), writer);
                });
    }
}
