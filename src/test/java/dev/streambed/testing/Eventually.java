package dev.streambed.testing;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks again until something is as it should be, for a minute. */
public final class Eventually {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(20);

    private Eventually() {}

    /**
     * Waits.
     *
     * @param what is looked at, for the message
     * @return what was found in the end
     */
    public static <T extends @Nullable Object> T eventually(String what, Supplier<T> look, Predicate<T> wanted) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        T found = look.get();
        while (!wanted.test(found)) {
            if (System.nanoTime() > until) {
                return fail(what + " is still: " + found);
            }
            LockSupport.parkNanos(LOOK.toNanos());
            found = look.get();
        }
        return found;
    }
}
