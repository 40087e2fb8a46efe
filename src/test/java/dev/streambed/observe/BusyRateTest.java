package dev.streambed.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BusyRateTest {
    private static final double CLOSE = 0.01;

    /** Starts where nanoTime may: close to the overflow. */
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

    private final BusyRate rate = new BusyRate(() -> now);

    @Test
    void knowsNothingBeforeASecondOfBusyCalls() {
        rate.waits(true);
        call(0.9, 90);
        assertThat(rate.perSecond()).isNaN();

        call(0.2, 20);
        assertThat(rate.perSecond()).isCloseTo(100, within(CLOSE));
    }

    @Test
    void leavesOutWhatRanWhileNothingElseWaited() {
        call(100, 1);
        rate.waits(true);
        call(10, 1_000);
        rate.waits(false);
        call(100, 1);

        assertThat(rate.perSecond()).isCloseTo(100, within(CLOSE));
    }

    @Test
    void countsOfACallThePartInWhichMoreWaited() {
        BusyRate.Call call = rate.begin();
        pass(6);
        rate.waits(true);
        pass(2);
        rate.waits(false);
        pass(2);
        rate.ended(call, 500);

        assertThat(rate.perSecond()).as("500 in 10 s").isCloseTo(50, within(CLOSE));
    }

    @Test
    void addsUpWhatRunsBesideEachOther() {
        rate.waits(true);
        for (int i = 0; i < 5; i++) {
            BusyRate.Call one = rate.begin();
            BusyRate.Call other = rate.begin();
            pass(2);
            rate.ended(one, 200);
            rate.ended(other, 100);
        }

        assertThat(rate.perSecond())
                .as("300 in 2 s, the newest counting a little more")
                .isCloseTo(150, within(1.0));
    }

    @Test
    void forgetsNothingInAnOutage() {
        rate.waits(true);
        call(10, 1_000);

        for (int i = 0; i < 1_000; i++) {
            BusyRate.Call unused = rate.begin();
            pass(3);
            rate.failed();
            pass(5);
        }

        assertThat(rate.perSecond()).isCloseTo(100, within(CLOSE));
    }

    @Test
    void followsAWorkerThatBecameSlower() {
        rate.waits(true);
        call(600, 60_000);
        for (int i = 0; i < 60; i++) {
            call(10, 10);
        }

        assertThat(rate.perSecond()).as("it did 100 a second, and does 1").isBetween(1.0, 2.0);
    }

    private void call(double seconds, long units) {
        BusyRate.Call call = rate.begin();
        pass(seconds);
        rate.ended(call, units);
    }

    private void pass(double seconds) {
        now += (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
