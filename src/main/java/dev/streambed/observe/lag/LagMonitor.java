package dev.streambed.observe.lag;

import dev.streambed.observe.lag.LagSnapshot.Lane;
import dev.streambed.observe.lag.LagSnapshot.Partition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far each group is behind, as gauges ({@link LagGauges}) and as a {@link LagSnapshot}: from the committed offset on. A record that is
 * being worked on is committed already (the ledger has it), so it counts as in flight and not here.
 *
 * <p>Its own thread reads every {@code interval}; each call to Kafka is bounded, and no other thread has anything to do with it. A reading that
 * does not succeed is counted, and the figures keep their last values. {@link #close()} and {@link #latest()} may be called from any thread.
 */
public final class LagMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LagMonitor.class);
    private static final long CLOSE_SECONDS = 10;

    /** What a new sample of a topic's record sizes counts for. */
    private static final double NEWEST = 0.3;

    /** Readings between two looks at the topics' settings. */
    private static final int SETTINGS_EVERY = 12;

    private final List<LagGroup> groups;
    private final OffsetReader offsets;
    private final HeadReader heads;
    private final Clock clock;
    private final LagGauges gauges;
    private final Counter failures;
    private final ScheduledExecutorService thread;
    private final Map<String, Double> meanBytes = new HashMap<>(); // of a topic's records
    private final Map<String, Retention> retentions = new HashMap<>();
    private long readings;
    private volatile LagSnapshot latest = LagSnapshot.NONE;

    LagMonitor(
            Map<String, Object> admin,
            Map<String, Object> consumer,
            List<LagGroup> groups,
            MeterRegistry registry,
            Clock clock) {
        this.groups = List.copyOf(groups);
        this.offsets = new OffsetReader(admin);
        this.heads = new HeadReader(consumer, System::nanoTime);
        this.clock = clock;
        this.gauges = new LagGauges(registry);
        this.failures = Counter.builder("streambed.lag.failures")
                .description("Readings of the lag that did not succeed; its gauges keep the last values then")
                .register(registry);
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "lag-monitor");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Starts reading.
     *
     * @param admin settings of an admin client
     * @param consumer settings of a consumer, which reads single batches and belongs to no group
     */
    public static LagMonitor start(
            Map<String, Object> admin,
            Map<String, Object> consumer,
            List<LagGroup> groups,
            Duration interval,
            MeterRegistry registry,
            Clock clock) {
        LagMonitor monitor = new LagMonitor(admin, consumer, groups, registry, clock);
        ScheduledFuture<?> unused =
                monitor.thread.scheduleWithFixedDelay(monitor::read, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return monitor;
    }

    /** The last reading that succeeded. */
    public LagSnapshot latest() {
        return latest;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The lag monitor did not stop within {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        offsets.close();
        heads.close();
    }

    /** One reading, on the monitor's thread. */
    void read() {
        try {
            readSettings();
            List<Lane> lanes = new ArrayList<>();
            for (LagGroup group : groups) {
                lanes.addAll(lanesOf(group));
            }
            latest = new LagSnapshot(Instant.ofEpochMilli(clock.millis()), lanes);
            gauges.show(latest);
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // Anything else would end the schedule without a word.
            failures.increment();
            LOG.debug("The lag could not be read", e);
        }
    }

    /** Who may not read them (DESCRIBE_CONFIGS) is told by the counter, and has all the other figures. */
    private void readSettings() throws InterruptedException {
        if (readings++ % SETTINGS_EVERY != 0 && !retentions.isEmpty()) {
            return;
        }
        try {
            for (LagGroup group : groups) {
                retentions.putAll(offsets.retentions(group.topics()));
            }
        } catch (ExecutionException | TimeoutException e) {
            failures.increment();
            LOG.debug("The topics' settings could not be read", e);
        }
    }

    private List<Lane> lanesOf(LagGroup group) throws ExecutionException, TimeoutException, InterruptedException {
        List<PartitionLag> lags = offsets.lags(group);
        Map<TopicPartition, Long> behind = new HashMap<>();
        lags.stream().filter(lag -> lag.records() > 0).forEach(lag -> behind.put(lag.partition(), lag.next()));
        Map<TopicPartition, HeadReader.Head> read = heads.at(behind);
        read.forEach((partition, head) -> meanBytes.merge(
                partition.topic(), head.meanBytes(), (mean, newest) -> mean + NEWEST * (newest - mean)));
        long now = clock.millis();
        Pace pace = group.pace().get();
        return group.inputs().stream()
                .map(input -> {
                    List<Partition> partitions = lags.stream()
                            .filter(lag -> lag.partition().topic().equals(input.topic()))
                            .map(lag -> partition(lag, read, now))
                            .toList();
                    return lane(group, input, pace, partitions);
                })
                .toList();
    }

    private Partition partition(PartitionLag lag, Map<TopicPartition, HeadReader.Head> read, long now) {
        int number = lag.partition().partition();
        if (lag.records() == 0) {
            return new Partition(number, 0, 0, 0, 0);
        }
        String topic = lag.partition().topic();
        HeadReader.Head head = read.get(lag.partition());
        double seconds = head == null ? Double.NaN : Math.max(0, now - head.appendedAtMillis()) / 1000.0;
        double bytes = lag.records() * meanBytes.getOrDefault(topic, Double.NaN);
        Retention retention = retentions.get(topic);
        double ratio = retention == null ? Double.NaN : retention.ratioOf(seconds);
        return new Partition(number, lag.records(), seconds, bytes, ratio);
    }

    private static Lane lane(LagGroup group, LagGroup.Input input, Pace pace, List<Partition> partitions) {
        long records = partitions.stream().mapToLong(Partition::records).sum();
        double bytes = partitions.stream().mapToDouble(Partition::bytes).sum();
        return new Lane(
                group.pipeline(),
                group.id(),
                group.role(),
                input.lane(),
                input.topic(),
                pace.tokensIn(bytes),
                pace.secondsFor(records, bytes),
                partitions);
    }
}
