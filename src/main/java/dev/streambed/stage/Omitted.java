package dev.streambed.stage;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Marks a record that was larger than its topic takes, once it was unfolded: Kafka bounds a batch as it is compressed, and what
 * compresses a thousandfold would fill the heap. Such a record is handed on without its bytes, for it to be answered. Stateless.
 */
public final class Omitted {
    private static final String HEADER = "sb_unfolded";

    private Omitted() {}

    /** How large a record was of which something was left out; empty where it is whole. */
    public static OptionalLong bytesOf(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        return header == null || header.value() == null || header.value().length != Long.BYTES
                ? OptionalLong.empty()
                : OptionalLong.of(ByteBuffer.wrap(header.value()).getLong());
    }

    /** Marks a record; all its other headers are gone if they are to be left out. */
    static void mark(Headers headers, long bytes) {
        headers.add(HEADER, ByteBuffer.allocate(Long.BYTES).putLong(0, bytes).array());
    }
}
