package dev.streambed.stage;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether a stream thread may still own its partitions. Kafka fences no write to a store: an instance that was stopped for longer
 * than its session can wake up as a zombie. So an effect is allowed only while the last poll is younger than the session timeout
 * less the effect's own deadline; and after a longer gap only once a heartbeat has had time to be refused. Written by the stream
 * thread, read from any.
 */
final class Lease {
    private final long lengthNanos;
    private final long probationNanos;
    private final LongSupplier nanoTime;
    private volatile long lastPoll;
    private volatile long validFrom;

    /**
     * @param lengthNanos session timeout less the effect's deadline
     * @param probationNanos how long to distrust after a gap: a heartbeat interval and its answer
     * @param nanoTime as {@link System#nanoTime}
     */
    Lease(long lengthNanos, long probationNanos, LongSupplier nanoTime) {
        this.lengthNanos = lengthNanos;
        this.probationNanos = probationNanos;
        this.nanoTime = nanoTime;
        this.lastPoll = nanoTime.getAsLong();
        this.validFrom = lastPoll;
    }

    /** The thread enters or leaves a poll. */
    void polled() {
        long now = nanoTime.getAsLong();
        if (now - lastPoll > lengthNanos) {
            validFrom = now + probationNanos;
        }
        lastPoll = now;
    }

    /** When the thread last entered or left a poll. */
    long lastPollNanos() {
        return lastPoll;
    }

    /** The longest a poll may last: half of the lease, which would lapse in a longer one though heartbeats go on. */
    Duration longestPoll() {
        return Duration.ofNanos(lengthNanos / 2);
    }

    /** Whether an effect may start now. */
    boolean isValid() {
        long now = nanoTime.getAsLong();
        return now - lastPoll <= lengthNanos && now - validFrom >= 0;
    }
}
