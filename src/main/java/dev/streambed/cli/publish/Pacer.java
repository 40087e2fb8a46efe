package dev.streambed.cli.publish;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Spreads events evenly over time. A pause is not caught up with a burst. One thread. */
final class Pacer {
    private final double intervalNanos;
    private final LongSupplier nanoTime;
    private long nextNanos;

    /**
     * @param perSecond events; 0: as fast as it goes
     * @param nanoTime a clock such as {@link System#nanoTime()}
     */
    Pacer(double perSecond, LongSupplier nanoTime) {
        this.intervalNanos = perSecond == 0 ? 0 : 1e9 / perSecond;
        this.nanoTime = nanoTime;
        this.nextNanos = nanoTime.getAsLong();
    }

    /** Returns when the next event is due. */
    void await() throws InterruptedException {
        if (intervalNanos == 0) {
            return;
        }
        for (long wait = delay(); wait > 0; wait = nextNanos - nanoTime.getAsLong()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(wait);
        }
        nextNanos += Math.round(intervalNanos);
    }

    /** Nanoseconds until the next event is due; moves the schedule on where it has fallen more than a second behind. */
    long delay() {
        long now = nanoTime.getAsLong();
        if (now - nextNanos > 1_000_000_000L) {
            nextNanos = now;
        }
        return nextNanos - now;
    }
}
