package dev.streambed.stage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Where an event lies: what the ledger remembers instead of the event itself.
 *
 * @param topic the input topic
 * @param partition its partition
 * @param offset its offset
 */
public record EventRef(String topic, int partition, long offset) {
    /** Bytes: partition (4), offset (8), topic in UTF-8. */
    static Serde<EventRef> serde() {
        return Serdes.serdeFrom((unused, ref) -> ref.encode(), (unused, bytes) -> decode(bytes));
    }

    /** The partition it lies in. */
    public TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }

    private byte[] encode() {
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + Long.BYTES + name.length)
                .putInt(partition)
                .putLong(offset)
                .put(name)
                .array();
    }

    private static EventRef decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int partition = buffer.getInt();
        long offset = buffer.getLong();
        return new EventRef(StandardCharsets.UTF_8.decode(buffer).toString(), partition, offset);
    }

    @Override
    public String toString() {
        return topic + "-" + partition + "-" + offset;
    }
}
