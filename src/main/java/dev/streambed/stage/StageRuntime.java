package dev.streambed.stage;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One stage at work: its Kafka Streams application, from the first offsets to the orderly end. Thread-safe. */
public final class StageRuntime implements RunningStage {
    private static final Logger LOG = LoggerFactory.getLogger(StageRuntime.class);
    private static final Duration MINIMAL_CLOSE = Duration.ofSeconds(5);

    private final Stage<?, ?> stage;
    private final KafkaStreams streams;
    private final ReplacementPause pause = new ReplacementPause(System::nanoTime);
    private final RestoredRecords restored = new RestoredRecords();
    private volatile String lastFailure = "";
    private volatile @Nullable String outdated;
    private volatile boolean failing;

    private StageRuntime(Stage<?, ?> stage, Topology topology) {
        this.stage = stage;
        this.streams = new KafkaStreams(topology, new StreamsConfig(StageConfig.of(stage.options())), stage.threads());
        streams.setUncaughtExceptionHandler(this::onFailure);
        streams.setStateListener(this::onState);
        streams.setGlobalStateRestoreListener(restored);
    }

    /**
     * Starts a stage.
     *
     * @param stage the stage inside the topology
     * @throws org.apache.kafka.common.KafkaException where its topics are missing, the brokers do not answer, or its state cannot be read or
     *     written; another one may be started then
     */
    public static StageRuntime start(Stage<?, ?> stage, Topology topology) {
        StageRuntime runtime = new StageRuntime(stage, topology);
        try {
            runtime.streams.start();
        } catch (RuntimeException e) {
            // It holds the lock of its state directory, and without this until the process ends.
            runtime.close();
            throw e;
        }
        return runtime;
    }

    /**
     * Prepares a group's first offsets; to be called before {@link #start}.
     *
     * @throws org.apache.kafka.common.KafkaException where a topic is missing, retention has passed the group by, or the brokers do not
     *     answer
     * @return the number of partitions of each input
     */
    public static Map<String, Integer> seedOffsets(StageOptions options) {
        try (Admin admin = admin(options, "offsets")) {
            return GroupOffsets.seed(admin, options.applicationId(), List.copyOf(options.inputs()));
        }
    }

    private static Admin admin(StageOptions options, String name) {
        return Admin.create(
                new StreamsConfig(StageConfig.of(options)).getAdminConfigs(options.applicationId() + "-" + name));
    }

    /** The group, and the name of the application. */
    public String id() {
        return stage.options().applicationId();
    }

    @Override
    public boolean isRunning() {
        return !failing && streams.state() == KafkaStreams.State.RUNNING;
    }

    private void onState(KafkaStreams.State now, KafkaStreams.State before) {
        LOG.info("{}: {} -> {}", id(), before, now);
        failing = failing && now != KafkaStreams.State.RUNNING;
    }

    @Override
    public @Nullable String whyOutdated() {
        return outdated;
    }

    /** As the interface says, in Kafka Streams' words. */
    @Override
    public String state() {
        return streams.state() + (lastFailure.isEmpty() ? "" : " (last failure: " + lastFailure + ")");
    }

    /** Events accepted and not retired. */
    public int liveEvents() {
        return stage.liveEvents().count();
    }

    /** Bytes of an input topic that are accepted and not answered, with what the gate counts for each event beside its bytes. */
    public long inFlightBytes(String topic) {
        return stage.threads().inFlightBytes(topic);
    }

    /** The bytes at which an input topic is not read from, over the threads that read. */
    public long inFlightLimitBytes(String topic) {
        return stage.threads().inFlightLimitBytes(topic);
    }

    @Override
    public boolean isGateFull() {
        return stage.threads().isAnyLaneFull();
    }

    @Override
    public double oldestSeconds() {
        long now = System.nanoTime();
        long nanos = stage.oldest().stream()
                .mapToLong(oldest -> oldest.ageNanos(now))
                .max()
                .orElse(0);
        return nanos / 1e9;
    }

    /** Events whose result was sent since it was started. */
    public long answeredEvents() {
        return stage.answered().sum();
    }

    /** Records read from changelogs since it was started, before its tasks began. */
    public long restoredRecords() {
        return restored.count();
    }

    /** Events accepted and not answered. */
    public int unansweredEvents() {
        return stage.unanswered().get();
    }

    /** The thread is replaced: its tasks start again from the ledger. What is permanent shows as a state that never gets RUNNING. */
    private StreamThreadExceptionResponse onFailure(Throwable failure) {
        failing = true;
        lastFailure = inWords(failure);
        if (isOutdated(failure)) {
            LOG.error("{}: its surroundings have changed, it is ended: {}", id(), lastFailure, failure);
            outdated = lastFailure;
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        Duration wait = pause.next();
        LOG.error(
                "{}: a stream thread failed and is replaced in {} s: {}", id(), wait.toSeconds(), lastFailure, failure);
        stage.awaitShut(wait);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** Of the innermost exception of Streams: those around it name a task, those inside it no topic. */
    private static String inWords(Throwable failure) {
        Throwable said = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            said = cause instanceof StreamsException ? cause : said;
        }
        return String.valueOf(said.getMessage()).replaceAll("\\s*\n\\s*", " ") + KafkaAdvice.on(failure);
    }

    private static boolean isOutdated(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidOffsetException
                    || cause instanceof MissingSourceTopicException
                    || cause instanceof UnknownTopicOrPartitionException
                    || cause instanceof AuthenticationException // the start reads the secrets' files again
                    || cause instanceof RecordTooLargeException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void shut() {
        stage.shut();
    }

    @Override
    public boolean drain(Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        stage.shut();
        boolean drained = awaitNothingLive(atMost);
        if (!drained) {
            LOG.warn("{}: {} events still in flight after {}; they stay in the ledger", id(), liveEvents(), atMost);
        }
        Duration left = Duration.ofNanos(until - System.nanoTime());
        boolean closed =
                streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                        .withTimeout(left.compareTo(MINIMAL_CLOSE) < 0 ? MINIMAL_CLOSE : left));
        return drained && closed;
    }

    private boolean awaitNothingLive(Duration atMost) {
        try {
            return stage.liveEvents().awaitNone(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        stage.shut();
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(30)));
        if (outdated != null) {
            // A client that came to a stop by itself has not left its group, and nobody can move a group with members.
            try (Admin admin = admin(stage.options(), "end")) {
                GroupOffsets.leave(admin, id(), stage.options().instanceId());
            }
        }
    }
}
