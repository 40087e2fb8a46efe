package dev.streambed.stage;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.jspecify.annotations.Nullable;

/**
 * A key that knows its partition: a {@link StreamPartitioner} sees no headers, so what routes a record travels with its key.
 *
 * @param key what is written
 * @param routing the bytes whose hash picks the partition, null for any
 * @param partition a partition asked for, null for none
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record RoutedKey(
        byte @Nullable [] key,
        byte @Nullable [] routing,
        @Nullable Integer partition) {
    /** Writes the key alone. */
    public static final Serializer<RoutedKey> SERIALIZER = (topic, routed) -> routed.key();

    /** The partition asked for, else that of Java's default partitioner for the routing bytes, else any. */
    public static final StreamPartitioner<RoutedKey, byte[]> PARTITIONER =
            (topic, routed, value, partitions) -> routed.choose(partitions).map(Set::of);

    /** The partition of a key under Java's default partitioner (murmur2). */
    public static int partitionOf(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }

    private Optional<Integer> choose(int partitions) {
        if (partition != null && partition >= 0 && partition < partitions) {
            return Optional.of(partition);
        }
        return routing == null ? Optional.empty() : Optional.of(partitionOf(routing, partitions));
    }
}
