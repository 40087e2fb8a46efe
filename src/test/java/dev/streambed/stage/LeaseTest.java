package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final long LENGTH = 7_000;
    private static final long PROBATION = 5_000;

    /** Starts where nanoTime may: close to the overflow. */
    private long now = Long.MAX_VALUE - 3_000;

    private final Lease lease = new Lease(LENGTH, PROBATION, () -> now);

    @Test
    void holdsUntilTheLastPollIsTooOld() {
        lease.polled();
        now += LENGTH;
        assertThat(lease.isValid()).isTrue();

        now += 1;
        assertThat(lease.isValid()).isFalse();
    }

    @Test
    void isRenewedByPolling() {
        for (int i = 0; i < 10; i++) {
            now += LENGTH;
            lease.polled();
        }

        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void aGapIsFollowedByProbationThoughPollingGoesOn() {
        now += LENGTH + 1;
        lease.polled();
        assertThat(lease.isValid()).isFalse();

        now += PROBATION - 1;
        lease.polled();
        assertThat(lease.isValid()).isFalse();

        now += 1;
        assertThat(lease.isValid()).isTrue();
    }

    @Test
    void isInvalidFromTheGapOnBeforeAnybodyPolls() {
        now += LENGTH + 1;

        assertThat(lease.isValid()).isFalse();
    }
}
