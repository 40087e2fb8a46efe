package dev.streambed.stage;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How long the oldest event of a task that has no answer yet has been in flight. Events come and go on the stream thread, in any order, and cost
 * it a few writes; any thread may ask for the age. A list of its own, for one can leave from the middle of it without being looked for.
 */
final class OldestInFlight {
    /** An event's time in flight. */
    static final class Stay {
        private final long sinceNanos;
        private @Nullable Stay before;
        private @Nullable Stay after;

        private Stay(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    private @Nullable Stay newest;
    private final AtomicReference<@Nullable Stay> oldest = new AtomicReference<>();

    /**
     * An event comes in.
     *
     * @param nanoTime when, not before those that came before it
     */
    Stay enter(long nanoTime) {
        Stay stay = new Stay(nanoTime);
        stay.before = newest;
        if (newest == null) {
            oldest.setRelease(stay);
        } else {
            newest.after = stay;
        }
        newest = stay;
        return stay;
    }

    /** It was answered; once. */
    void leave(Stay stay) {
        Stay before = stay.before;
        Stay after = stay.after;
        if (before == null) {
            oldest.setRelease(after);
        } else {
            before.after = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.before = before;
        }
        stay.before = null;
        stay.after = null;
    }

    /** They all are given up. */
    void clear() {
        newest = null;
        oldest.setRelease(null);
    }

    /** 0 where there is none. Any thread. */
    long ageNanos(long nanoTime) {
        Stay stay = oldest.getAcquire();
        return stay == null ? 0 : Math.max(0, nanoTime - stay.sinceNanos);
    }
}
