package dev.streambed.observe.status;

import dev.streambed.observe.lag.LagSnapshot;
import dev.streambed.observe.status.Status.Lag;
import dev.streambed.observe.status.Status.PartitionLag;
import org.jspecify.annotations.Nullable;

/** From a reading of the lag to what is told of it: null in place of NaN, which JSON has not. */
final class Lags {
    private Lags() {}

    /** A group's in one of its topics; null where it was not read. */
    static @Nullable Lag of(LagSnapshot snapshot, String group, String topic) {
        return snapshot.lanes().stream()
                .filter(lane -> lane.group().equals(group) && lane.topic().equals(topic))
                .findFirst()
                .map(Lags::of)
                .orElse(null);
    }

    private static Lag of(LagSnapshot.Lane lane) {
        return new Lag(
                lane.records(),
                known(lane.seconds()),
                known(lane.bytes()),
                known(lane.tokens()),
                known(lane.workSeconds()),
                known(lane.retentionRatio()),
                lane.partitions().stream()
                        .map(each -> new PartitionLag(each.partition(), each.records(), known(each.seconds())))
                        .toList());
    }

    static @Nullable Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
