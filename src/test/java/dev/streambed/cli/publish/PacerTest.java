package dev.streambed.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PacerTest {
    private final AtomicLong now = new AtomicLong(1_000);

    @Test
    void eventsAreDueAnIntervalApart() throws InterruptedException {
        Pacer pacer = new Pacer(10, now::get);

        assertThat(pacer.delay()).isZero();
        pacer.await();
        assertThat(pacer.delay()).isEqualTo(100_000_000);
        now.addAndGet(40_000_000);
        assertThat(pacer.delay()).isEqualTo(60_000_000);
    }

    @Test
    void aShortDelayIsMadeUpForAndALongPauseIsNot() throws InterruptedException {
        Pacer pacer = new Pacer(10, now::get);
        pacer.await();

        now.addAndGet(150_000_000);
        assertThat(pacer.delay()).isNegative();
        pacer.await();
        assertThat(pacer.delay()).isEqualTo(50_000_000);

        now.addAndGet(60_000_000_000L);
        assertThat(pacer.delay()).isZero();
        pacer.await();
        assertThat(pacer.delay()).isEqualTo(100_000_000);
    }
}
