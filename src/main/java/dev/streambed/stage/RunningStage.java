package dev.streambed.stage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A stage that was started, as whoever watches and ends it sees it. Thread-safe. */
public interface RunningStage extends AutoCloseable {
    /** Whether it processes. */
    boolean isRunning();

    /** Whether it does not read a lane for now, for all that is in flight of it. */
    boolean isGateFull();

    /** How long the oldest event without an answer has been in flight, in seconds; 0 where there is none. */
    double oldestSeconds();

    /** Its state in the words of what runs it, with the last failure if there was one. */
    String state();

    /**
     * Why it has come to a stop, for people, or null: its surroundings are no longer those it was started in. A topic is gone or takes
     * smaller records, or retention has passed the group by, and no new thread can mend that. It must be closed, and another one be
     * started, by way of all that is checked before.
     */
    @Nullable
    String whyOutdated();

    /** Takes nothing more in, for good; {@link #drain} does the rest. */
    void shut();

    /**
     * Ends it in order: takes nothing more in, answers and retires what is in flight, commits, leaves the group. What is not done
     * in time stays in the ledger, for the next start.
     *
     * @param atMost for all of it
     * @return whether everything in flight was finished
     */
    boolean drain(Duration atMost);

    /** Ends it at once; what is in flight stays in the ledger. */
    @Override
    void close();
}
