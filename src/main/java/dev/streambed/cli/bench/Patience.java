package dev.streambed.cli.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what a running pipeline shows in its figures only: it has no way to call back. */
final class Patience {
    private static final Duration MOST = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(20);

    private Patience() {}

    /**
     * Returns when it is so.
     *
     * @param otherwise what is then wrong, for people
     * @throws BenchException where it is not so within two minutes
     */
    static void await(BooleanSupplier so, String otherwise) {
        long until = System.nanoTime() + MOST.toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new BenchException(otherwise + " within " + MOST.toMinutes() + " min");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }
}
