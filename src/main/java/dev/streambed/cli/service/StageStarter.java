package dev.streambed.cli.service;

import dev.streambed.index.IndexException;
import dev.streambed.observe.HoldCode;
import dev.streambed.stage.KafkaAdvice;
import dev.streambed.stage.RunningStage;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts one stage, on a thread of its own, as often as it takes: brokers and stores come and go, and a missing topic is made while
 * the service waits. A stage whose surroundings have changed is ended, and started again in the same way. Why it waits shows in
 * readiness. Thread-safe.
 */
final class StageStarter {
    private static final Logger LOG = LoggerFactory.getLogger(StageStarter.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    /** One attempt. */
    @FunctionalInterface
    interface Attempt {
        /**
         * Starts the stage.
         *
         * @throws KafkaException if Kafka is not as it must be: tried again
         * @throws IndexException if the store is not as it must be: tried again
         * @throws RuntimeException for anything else, such as a disk without room: tried again
         */
        RunningStage start() throws IndexException;

        /**
         * Why what was started must be ended and started anew, for people, or null. Asked every {@link #PAUSE} while the stage runs.
         */
        default @Nullable String whyAnew() {
            return null;
        }
    }

    private final String name;
    private final Attempt attempt;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable RunningStage runtime;
    private volatile String reason;

    private StageStarter(String name, Attempt attempt) {
        this.name = name;
        this.attempt = attempt;
        this.reason = name + " is starting";
        this.thread = new Thread(this::run, "start-" + name);
        thread.setDaemon(true);
    }

    static StageStarter start(String name, Attempt attempt) {
        StageStarter starter = new StageStarter(name, attempt);
        starter.thread.start();
        return starter;
    }

    private void run() {
        try {
            do {
                RunningStage running = runtime;
                if (running == null) {
                    attempt();
                } else {
                    endIfObsolete(running);
                }
            } while (!stop.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt() {
        try {
            runtime = attempt.start();
        } catch (KafkaException | IndexException e) {
            boolean unused = waitBecause(e);
        } catch (RuntimeException e) {
            // A disk without room, for instance, or a defect. What it is may pass, and nobody else would try again.
            if (waitBecause(e)) {
                LOG.warn("{} could not start", name, e);
            }
        }
    }

    /** What is in flight stays in the ledger, for the next start. */
    private void endIfObsolete(RunningStage running) {
        String why = running.whyOutdated();
        why = why == null ? attempt.whyAnew() : why;
        if (why != null) {
            reason = name + " starts anew: " + why;
            LOG.warn(reason);
            runtime = null;
            try {
                running.close();
            } catch (RuntimeException e) {
                LOG.warn("{} did not end in order: {}", name, e.getMessage(), e);
            }
            if (stop.getCount() > 0) {
                attempt();
            }
        }
    }

    /** Returns whether it waits for something else than before. */
    private boolean waitBecause(Exception cause) {
        String message = name + " waits: " + inWords(cause);
        boolean news = !message.equals(reason);
        if (news) {
            LOG.warn("{}; trying again every {} s", message, PAUSE.toSeconds());
        }
        reason = message;
        return news;
    }

    /** With what is at the bottom of it: that a store cannot be opened is not why. */
    private static String inWords(Exception failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String advice = KafkaAdvice.on(failure);
        String message = String.valueOf(failure.getMessage());
        message += message.endsWith(advice) ? "" : advice;
        return root == failure || root.getMessage() == null || message.contains(root.getMessage())
                ? message
                : message + ": " + root.getMessage();
    }

    /** For people; null once the stage runs. */
    @Nullable
    String notReadyReason() {
        RunningStage started = runtime;
        if (started == null) {
            return reason;
        }
        return started.isRunning() ? null : name + " is " + started.state();
    }

    /** The same as a code; null likewise. */
    @Nullable
    HoldCode notReadyCode() {
        RunningStage started = runtime;
        return started == null ? HoldCode.STARTING : started.isRunning() ? null : HoldCode.NOT_RUNNING;
    }

    /** The same in words for alerts, and whether it takes nothing more in for now. */
    Set<HoldCode> holds() {
        RunningStage started = runtime;
        if (started == null) {
            return Set.of(HoldCode.STARTING);
        }
        Set<HoldCode> holds = EnumSet.noneOf(HoldCode.class);
        if (!started.isRunning()) {
            holds.add(HoldCode.NOT_RUNNING);
        }
        if (started.isGateFull()) {
            holds.add(HoldCode.GATE_FULL);
        }
        return holds;
    }

    /** How long the oldest event without an answer has been in flight, in seconds. */
    double oldestSeconds() {
        RunningStage started = runtime;
        return started == null ? 0 : started.oldestSeconds();
    }

    /**
     * Ends the stage in order, or the attempts to start it.
     *
     * @param atMost for both; where nothing is left, what is in flight stays in the ledger
     */
    void drain(Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        stop.countDown();
        RunningStage running = runtime;
        if (running != null) {
            running.shut(); // before the thread is waited for, which may be asking a store that does not answer
        }
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, atMost.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RunningStage started = runtime;
        if (started != null) {
            started.drain(Duration.ofNanos(Math.max(0, until - System.nanoTime())));
        }
    }
}
