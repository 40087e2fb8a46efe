package dev.streambed.observe.drift;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a pipeline's vectors for drift. Owns one thread ({@code streambed-drift}), which does all of it once a second: what the embedder's
 * threads offered, the windows, the canary, the topic. {@link #observer} may be called from any thread, {@link #snapshot} and {@link
 * #close} too.
 *
 * <p>Several instances of a pipeline share its topic and do not fight: whoever has a baseline ready first writes it, all others adopt what they
 * read, and where two wrote at the same moment the last one in the topic holds, for all, for it is the one that compaction keeps. An
 * instance writes nothing under a key it has read something under, unless it was taken out again.
 *
 * <p>Nothing here holds the pipeline up: without the topic, without Kafka, or where a turn throws what nobody expected, it is only not watched,
 * {@link DriftSnapshot#held} says why, and {@code streambed.drift.failures} counts it.
 */
public final class DriftMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DriftMonitor.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration READ_AGAIN = Duration.ofSeconds(5);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(30);
    private static final long CLOSE_SECONDS = 5;

    private final DriftTopic topic;
    private final Sampler sampler;
    private final DriftWatch watch;
    private final DriftMetrics metrics;
    private final Clock clock;
    private final LongAdder kafkaFailures = new LongAdder();
    private final LongAdder internalFailures = new LongAdder();
    private final ScheduledExecutorService thread;

    private long readAtMillis = Long.MIN_VALUE;
    private @Nullable String held = "starting";
    private volatile boolean ready;
    private volatile long taken;
    private volatile long waiting;
    private volatile long overflowed;
    private volatile long canaryFailures;
    private volatile DriftSnapshot snapshot = DriftSnapshot.STARTING;

    DriftMonitor(DriftOptions options, DriftTopic topic, CanaryEmbedder embedder, MeterRegistry registry, Clock clock) {
        this.topic = topic;
        this.clock = clock;
        this.sampler = new Sampler(
                options.tenantField(),
                options.vectorsPerSecond(),
                chunks -> ThreadLocalRandom.current().nextInt(chunks),
                System::nanoTime);
        this.watch = new DriftWatch(
                options,
                new CanaryWatch(options.fingerprint(), CanaryTexts.load(), embedder, options.canaryInterval()));
        this.metrics = new DriftMetrics(registry, options.pipeline());
        metrics.count("taken", this, monitor -> monitor.taken);
        metrics.count("waiting", this, monitor -> monitor.waiting);
        metrics.count("overflow", this, monitor -> monitor.overflowed);
        metrics.count("skipped", sampler, Sampler::skipped);
        metrics.count("dropped", sampler, Sampler::dropped);
        metrics.countFailures("kafka", kafkaFailures, LongAdder::sum);
        metrics.countFailures("canary", this, monitor -> monitor.canaryFailures);
        metrics.countFailures("internal", internalFailures, LongAdder::sum);
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "streambed-drift");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Starts watching.
     *
     * @param topic becomes the monitor's, which closes it
     * @param embedder the pipeline's
     * @param registry where its meters go
     * @param clock wall clock
     */
    public static DriftMonitor start(
            DriftOptions options, DriftTopic topic, CanaryEmbedder embedder, MeterRegistry registry, Clock clock) {
        DriftMonitor monitor = new DriftMonitor(options, topic, embedder, registry, clock);
        ScheduledFuture<?> unused = monitor.thread.scheduleWithFixedDelay(
                monitor::tickSafely, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
        return monitor;
    }

    /** Where the embedder's threads tell of vectors. Until the topic has been read nothing is taken: a baseline may be there. */
    public VectorObserver observer() {
        return (metadata, chunks, chunk) -> {
            if (ready) {
                sampler.embedded(metadata, chunks, chunk);
            }
        };
    }

    /** The latest; at most a second or so old. */
    public DriftSnapshot snapshot() {
        return snapshot;
    }

    /** One turn, whatever it throws: that would end the schedule without a word, and drift is no reason to end the process. */
    void tickSafely() {
        try {
            tick();
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            internalFailures.increment();
            String why = "an error in Streambed itself: " + e.getClass().getName() + "; the log has it";
            if (!why.equals(snapshot.held())) { // once, not every second
                LOG.error("Drift is not watched, for an error in Streambed itself; tried again every second", e);
            }
            snapshot = snapshot.heldBy(why);
        }
    }

    /** One turn, on the drift thread. */
    void tick() {
        long now = clock.millis();
        if (now >= readAtMillis) {
            read(now);
        }
        if (ready) {
            for (int left = sampler.waiting(); left > 0; left--) {
                Sample sample = sampler.poll();
                if (sample != null) {
                    watch.take(sample, now);
                }
            }
            watch.tick(now);
            writeCandidates(now);
        }
        taken = watch.taken();
        waiting = watch.waiting();
        overflowed = watch.overflowed();
        canaryFailures = watch.canaryFailures();
        DriftSnapshot latest = watch.snapshot(held);
        if (!latest.equals(snapshot)) {
            snapshot = latest;
            metrics.show(latest);
        }
    }

    private void read(long now) {
        try {
            topic.read().forEach(change -> watch.adopt(change, now));
            readAtMillis = now + READ_AGAIN.toMillis();
            held = null;
            ready = true;
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            kafkaFailures.increment();
            readAtMillis = now + TRY_AGAIN.toMillis();
            hold(e);
        }
    }

    /** Reads first: whoever wrote before us is not written over. */
    private void writeCandidates(long now) {
        if (watch.candidates().isEmpty() || held != null) {
            return;
        }
        read(now);
        for (DriftEntry candidate : held == null ? watch.candidates() : List.<DriftEntry>of()) {
            try {
                topic.write(candidate);
                watch.adopt(candidate, now);
                LOG.info("Wrote {} to the topic of drift", candidate.key());
            } catch (InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                kafkaFailures.increment();
                readAtMillis = now + TRY_AGAIN.toMillis();
                hold(e);
                return;
            }
        }
    }

    private void hold(KafkaException cause) {
        String why = String.valueOf(cause.getMessage());
        if (!why.equals(held)) {
            LOG.warn("Drift cannot use its topic: {}; trying again every {} s", why, TRY_AGAIN.toSeconds());
        }
        held = why;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The drift monitor did not stop within {} s", CLOSE_SECONDS);
                return; // it still uses what would be closed
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        watch.cancel();
        topic.close();
        metrics.close();
    }
}
