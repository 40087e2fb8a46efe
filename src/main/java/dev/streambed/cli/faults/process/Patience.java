package dev.streambed.cli.faults.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for what another process does, which has no way to call back: by looking, again and again, and not for ever. */
public final class Patience {
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Patience() {}

    /**
     * Looks until it is so.
     *
     * @param what for the message
     * @throws RunFailedException if it is not within the time
     */
    public static void await(String what, Duration atMost, BooleanSupplier isSo) {
        await(what, atMost, isSo, () -> "");
    }

    /**
     * The same, with more to say where it fails.
     *
     * @param why asked for then
     */
    public static void await(String what, Duration atMost, BooleanSupplier isSo, Supplier<String> why) {
        if (!holdsWithin(atMost, isSo)) {
            throw new RunFailedException(what + ": not within " + atMost.toSeconds() + " s" + why.get());
        }
    }

    /** Looks until it is so, or the time is over. */
    public static boolean holdsWithin(Duration atMost, BooleanSupplier isSo) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            if (Thread.interrupted()) {
                throw new RunFailedException("interrupted");
            }
        }
        return true;
    }

    /** Lets a fault last: the time is part of the scenario, and nothing is waited for. */
    public static void last(Duration time) {
        boolean unused = holdsWithin(time, () -> false);
    }
}
