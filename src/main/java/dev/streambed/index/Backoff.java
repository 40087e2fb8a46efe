package dev.streambed.index;

import dev.streambed.index.IndexException.Kind;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;

/** How long the writer waits before it tries a store again that refused. Called under the writer's lock: quick, and never blocking. */
@FunctionalInterface
public interface Backoff {
    /**
     * The wait before the next attempt.
     *
     * @param kind TRANSIENT or STOPPED
     * @param attempt failed attempts in a row so far, from 1
     */
    Duration after(Kind kind, int attempt);

    /**
     * Exponential with jitter of half either way. TRANSIENT: 50 ms doubling to 1 s, so that a store that is back is used within the second;
     * STOPPED: 500 ms doubling to 2 s. That waits for a person, who will not come sooner, but then looks for the effect; and one call in
     * two seconds is no load, however long it lasts.
     */
    static Backoff standard() {
        IntervalFunction fast = IntervalFunction.ofExponentialRandomBackoff(50, 2, 0.5, 1_000);
        IntervalFunction slow = IntervalFunction.ofExponentialRandomBackoff(500, 2, 0.5, 2_000);
        return (kind, attempt) -> Duration.ofMillis((kind == Kind.STOPPED ? slow : fast).apply(attempt));
    }
}
