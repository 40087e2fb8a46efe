package dev.streambed.index;

import java.time.Duration;

/**
 * How long a write may wait for others to share its call to the store: not at all where its change came a short while ago, a twentieth of what
 * the change has taken so far where that is long. Each call costs the store and its client some milliseconds of a core whatever is in it, which
 * a backlog can have for the model; a caller who waits alone never notices.
 */
final class Linger {
    static final Duration LONG = Duration.ofSeconds(1);
    static final Duration MOST = Duration.ofMillis(250);

    private static final int SHARE = 20;

    private Linger() {}

    /**
     * Zero, or 50..250 ms.
     *
     * @param ageMillis of the change; negative where clocks differ
     */
    static Duration of(long ageMillis) {
        return ageMillis < LONG.toMillis()
                ? Duration.ZERO
                : Duration.ofMillis(Math.min(ageMillis / SHARE, MOST.toMillis()));
    }
}
