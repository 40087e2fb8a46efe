package dev.streambed.stage;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * How a head is kept in its store.
 *
 * @param <H> the head
 */
public interface HeadCodec<H> {
    /** Never fails. */
    byte[] encode(H head);

    /** The inverse; throws {@link IllegalArgumentException} for bytes of an unknown form. */
    H decode(byte[] bytes);

    /** As a serde. */
    default Serde<H> serde() {
        return Serdes.serdeFrom((topic, head) -> head == null ? null : encode(head), (topic, bytes) -> decode(bytes));
    }
}
