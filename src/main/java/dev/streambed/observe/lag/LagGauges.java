package dev.streambed.observe.lag;

import dev.streambed.observe.lag.LagSnapshot.Lane;
import dev.streambed.observe.lag.LagSnapshot.Partition;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The figures of a {@link LagSnapshot} as gauges; what is not known has no series. Owned by the lag monitor's thread. */
final class LagGauges {
    private record OfPartition(MultiGauge gauge, ToDoubleFunction<Partition> figure) {}

    private record OfLane(MultiGauge gauge, ToDoubleFunction<Lane> figure) {}

    private final List<OfPartition> ofPartitions;
    private final List<OfLane> ofLanes;

    LagGauges(MeterRegistry registry) {
        this.ofPartitions = List.of(
                new OfPartition(
                        gauge(
                                registry,
                                "streambed.lag.records",
                                "Records between the committed offset and the partition's end. What is in flight is committed, and not in it"),
                        Partition::records),
                new OfPartition(
                        gauge(
                                registry,
                                "streambed.lag.seconds",
                                "Age of the oldest unread record, by the broker's append time; 0 without a lag"),
                        Partition::seconds),
                new OfPartition(
                        gauge(
                                registry,
                                "streambed.lag.bytes",
                                "Keys and values of the unread records: their number times the mean size of those sampled"),
                        Partition::bytes),
                new OfPartition(
                        gauge(
                                registry,
                                "streambed.lag.retention.ratio",
                                "streambed.lag.seconds over the topic's retention.ms, or over the tombstone window of the log. At 1 something is lost"),
                        Partition::retentionRatio));
        this.ofLanes = List.of(
                new OfLane(
                        gauge(
                                registry,
                                "streambed.lag.tokens.estimate",
                                "An estimate of the tokens in what is unread: its bytes times the tokens that a byte of what was embedded here made"),
                        Lane::tokens),
                new OfLane(
                        gauge(
                                registry,
                                "streambed.lag.work.seconds",
                                "How long this process alone would work on what is unread: tokens, or documents, over what its embedder, or its writer, does a second while more waits for it"),
                        Lane::workSeconds));
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    void show(LagSnapshot snapshot) {
        for (OfPartition shown : ofPartitions) {
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            for (Lane lane : snapshot.lanes()) {
                for (Partition partition : lane.partitions()) {
                    Tags tags = tags(lane).and("partition", Integer.toString(partition.partition()));
                    add(rows, tags, shown.figure().applyAsDouble(partition));
                }
            }
            shown.gauge().register(rows, true);
        }
        for (OfLane shown : ofLanes) {
            List<MultiGauge.Row<?>> rows = new ArrayList<>();
            snapshot.lanes()
                    .forEach(lane -> add(rows, tags(lane), shown.figure().applyAsDouble(lane)));
            shown.gauge().register(rows, true);
        }
    }

    private static void add(List<MultiGauge.Row<?>> rows, Tags tags, double value) {
        if (!Double.isNaN(value)) {
            rows.add(MultiGauge.Row.of(tags, value));
        }
    }

    private static Tags tags(Lane lane) {
        return Tags.of(
                "pipeline",
                lane.pipeline(),
                "group",
                lane.group(),
                "role",
                lane.role(),
                "lane",
                lane.lane(),
                "topic",
                lane.topic());
    }
}
