package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplacementPauseTest {
    /** Starts where nanoTime may: close to the overflow. */
    private long now = Long.MAX_VALUE - 3_000;

    private final ReplacementPause pause = new ReplacementPause(() -> now);

    private long nextSecondsAfter(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
        return pause.next().toSeconds();
    }

    @Test
    void replacesAtOnceWhatFailsOnce() {
        assertThat(nextSecondsAfter(0)).isZero();
    }

    @Test
    void waitsLongerWithEachFailureInARow() {
        long[] pauses = new long[9];
        for (int i = 0; i < pauses.length; i++) {
            pauses[i] = nextSecondsAfter(60);
        }

        assertThat(pauses).containsExactly(0, 1, 2, 4, 8, 16, 30, 30, 30);
    }

    @Test
    void beginsAnewAfterAQuietTime() {
        nextSecondsAfter(0);
        nextSecondsAfter(1);

        assertThat(nextSecondsAfter(121)).isZero();
        assertThat(nextSecondsAfter(1)).isEqualTo(1);
    }
}
