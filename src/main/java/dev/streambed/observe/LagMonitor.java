package dev.streambed.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far each group is behind, as gauges with the labels {@code group}, {@code topic} and {@code partition}:
 *
 * <ul>
 *   <li>{@code streambed.lag.records}: records between the committed offset and the end of the partition. A record that is being worked
 *       on is committed already (the ledger has it), so it counts as in flight and not here.
 *   <li>{@code streambed.lag.seconds}: the age of the oldest of them, by the broker's append time of the record itself, read from the
 *       partition; 0 without a lag.
 *   <li>{@code streambed.lag.failures}: readings that did not succeed; the gauges keep the last values then.
 * </ul>
 *
 * Its own thread reads every {@code interval}; each call to Kafka is bounded. {@link #close()} may be called from any thread.
 */
public final class LagMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LagMonitor.class);
    private static final long CLOSE_SECONDS = 10;

    /** A consumer group, and the topics whose lag is of interest. */
    public record Group(String id, List<String> topics) {
        public Group {
            topics = List.copyOf(topics);
        }
    }

    private final List<Group> groups;
    private final OffsetReader offsets;
    private final AppendTimeReader appendTimes;
    private final Clock clock;
    private final MultiGauge records;
    private final MultiGauge seconds;
    private final Counter failures;
    private final ScheduledExecutorService thread;

    LagMonitor(
            Map<String, Object> admin,
            Map<String, Object> consumer,
            List<Group> groups,
            MeterRegistry registry,
            Clock clock) {
        this.groups = List.copyOf(groups);
        this.offsets = new OffsetReader(admin);
        this.appendTimes = new AppendTimeReader(consumer);
        this.clock = clock;
        this.records = MultiGauge.builder("streambed.lag.records")
                .description("Records between the committed offset and the end of the partition")
                .register(registry);
        this.seconds = MultiGauge.builder("streambed.lag.seconds")
                .description("Age of the oldest unread record, by the broker's append time")
                .register(registry);
        this.failures = Counter.builder("streambed.lag.failures")
                .description("Readings of the lag that did not succeed")
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
     * @param consumer settings of a consumer, which reads single records and belongs to no group
     */
    public static LagMonitor start(
            Map<String, Object> admin,
            Map<String, Object> consumer,
            List<Group> groups,
            Duration interval,
            MeterRegistry registry,
            Clock clock) {
        LagMonitor monitor = new LagMonitor(admin, consumer, groups, registry, clock);
        ScheduledFuture<?> unused =
                monitor.thread.scheduleWithFixedDelay(monitor::read, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return monitor;
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
        appendTimes.close();
    }

    /** One reading, on the monitor's thread. */
    void read() {
        try {
            List<MultiGauge.Row<?>> recordRows = new ArrayList<>();
            List<MultiGauge.Row<?>> secondRows = new ArrayList<>();
            for (Group group : groups) {
                List<PartitionLag> lags = offsets.lags(group);
                Map<TopicPartition, Long> behind = new HashMap<>();
                lags.stream().filter(lag -> lag.records() > 0).forEach(lag -> behind.put(lag.partition(), lag.next()));
                Map<TopicPartition, Long> appended = appendTimes.at(behind);
                long now = clock.millis();
                for (PartitionLag lag : lags) {
                    Tags tags = tags(group, lag.partition());
                    recordRows.add(MultiGauge.Row.of(tags, lag.records()));
                    Long oldest = appended.get(lag.partition());
                    if (lag.records() == 0) {
                        secondRows.add(MultiGauge.Row.of(tags, 0));
                    } else if (oldest != null) {
                        secondRows.add(MultiGauge.Row.of(tags, Math.max(0, now - oldest) / 1000.0));
                    }
                }
            }
            records.register(recordRows, true);
            seconds.register(secondRows, true);
        } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // Anything else would end the schedule without a word.
            failures.increment();
            LOG.debug("The lag could not be read", e);
        }
    }

    private static Tags tags(Group group, TopicPartition partition) {
        return Tags.of(
                "group", group.id(), "topic", partition.topic(), "partition", Integer.toString(partition.partition()));
    }
}
