package dev.streambed.observe.lag;

import org.apache.kafka.common.TopicPartition;

/**
 * How far a group is behind in one partition.
 *
 * @param next the offset it reads next, at least the partition's first
 * @param end past the last record
 */
record PartitionLag(TopicPartition partition, long next, long end) {
    /** Offsets between the two; a compacted partition has fewer records. */
    long records() {
        return Math.max(0, end - next);
    }
}
