package dev.streambed.observe.lag;

import java.time.Instant;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How far the groups were behind at one reading. NaN is what was not known then.
 *
 * @param readAt when; {@link Instant#EPOCH} where nothing was read yet
 * @param lanes of all groups
 */
public record LagSnapshot(Instant readAt, List<Lane> lanes) {
    /** Before the first reading. */
    public static final LagSnapshot NONE = new LagSnapshot(Instant.EPOCH, List.of());

    public LagSnapshot {
        lanes = List.copyOf(lanes);
    }

    /**
     * A group in one of its topics.
     *
     * @param lane {@code interactive}, {@code bulk} or {@code log}
     * @param tokens an estimate of the tokens in what is behind
     * @param workSeconds how long this process alone would work on what is behind
     */
    public record Lane(
            String pipeline,
            String group,
            String role,
            String lane,
            String topic,
            double tokens,
            double workSeconds,
            List<Partition> partitions) {
        public Lane {
            partitions = List.copyOf(partitions);
        }

        /** Behind in all partitions. */
        public long records() {
            return partitions.stream().mapToLong(Partition::records).sum();
        }

        /** Behind in all partitions. */
        public double bytes() {
            return partitions.stream().mapToDouble(Partition::bytes).sum();
        }

        /** Age of the oldest that is behind. */
        public double seconds() {
            return most(Partition::seconds);
        }

        /** See {@link Partition#retentionRatio}. */
        public double retentionRatio() {
            return most(Partition::retentionRatio);
        }

        private double most(ToDoubleFunction<Partition> figure) {
            return partitions.stream()
                    .mapToDouble(figure)
                    .filter(value -> !Double.isNaN(value))
                    .max()
                    .orElse(Double.NaN);
        }
    }

    /**
     * A group in one partition.
     *
     * @param records between the committed offset and the end; in a compacted topic some of them may be gone
     * @param seconds age of the oldest of them
     * @param bytes of keys and values, estimated from those that were read to learn the age
     * @param retentionRatio that age over how long the topic keeps them, or for a compacted one, its tombstone window
     */
    public record Partition(int partition, long records, double seconds, double bytes, double retentionRatio) {}
}
