package dev.streambed.stage;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long a failed stream thread waits before another takes its place: not at all the first time, for a passing fault is over by
 * then; longer and longer where failure follows failure, for each new thread rebalances the group and does again what was in flight.
 * Thread-safe.
 */
final class ReplacementPause {
    /** A failure that comes later than this after the last one is a new one. */
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(2);

    private static final long LONGEST_SECONDS = 30;
    private static final int DOUBLINGS = 5;

    private final LongSupplier nanoTime;
    private int inARow; // guarded by this
    private long lastAt; // guarded by this

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    ReplacementPause(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A thread failed now; 0, 1, 2, 4, 8, 16, 30, 30… s. */
    synchronized Duration next() {
        long now = nanoTime.getAsLong();
        inARow = inARow > 0 && now - lastAt <= QUIET_NANOS ? inARow + 1 : 1;
        lastAt = now;
        return inARow == 1
                ? Duration.ZERO
                : Duration.ofSeconds(Math.min(LONGEST_SECONDS, 1L << Math.min(DOUBLINGS, inARow - 2)));
    }
}
