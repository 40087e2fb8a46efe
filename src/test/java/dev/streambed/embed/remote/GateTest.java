package dev.streambed.embed.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.embed.batch.Admission;
import dev.streambed.embed.remote.RemoteException.Kind;
import dev.streambed.observe.HoldCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** With a clock that the test moves: who is let through, and when. */
class GateTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long BACKOFF_MILLIS = 100;

    private long now = 5 * SECOND;
    private final Gate gate =
            new Gate("http://there", 16, Duration.ofSeconds(10), attempt -> BACKOFF_MILLIS * attempt, () -> now);

    @Test
    void admitsAsManyAsTheLimitAndNextWhoeverComesWhenOneLeaves() {
        for (int i = 0; i < 4; i++) {
            assertThat(gate.free()).isEqualTo(4 - i);
            assertThat(gate.admit()).isZero();
        }
        assertThat(gate.admit()).isEqualTo(Admission.UNTIL_A_BATCH_ENDS);
        gate.leave();
        assertThat(gate.admit()).isZero();
    }

    @Test
    void growsWhileTheServiceBearsItAndShrinksWhereItIsSlow() {
        for (int i = 0; i < 4; i++) {
            assertThat(gate.admit()).isZero();
        }
        gate.answered(gate.begin(), SECOND);
        assertThat(gate.limit()).isEqualTo(5);
        gate.answered(gate.begin(), 6 * SECOND); // more than half of the deadline
        assertThat(gate.limit()).isEqualTo(4);
        gate.failed(gate.begin(), 10 * SECOND, RemoteException.tooSlow("too slow"));
        assertThat(gate.limit()).isEqualTo(3);
        assertThat(gate.reason()).isNull();
    }

    @Test
    void pausesAsLongAsIsAsked() {
        assertThat(gate.admit()).isZero();
        gate.failed(gate.begin(), 1, RemoteException.throttled("HTTP 429", Duration.ofSeconds(7)));
        gate.leave();

        assertThat(gate.reason()).contains("http://there is held (THROTTLED): HTTP 429");
        assertThat(gate.holdCode()).isEqualTo(HoldCode.EMBEDDER_THROTTLED);
        assertThat(gate.admit()).isEqualTo(7 * SECOND);
        now += 7 * SECOND - 1;
        assertThat(gate.admit()).isEqualTo(1);
        now++;
        assertThat(gate.admit()).isZero();
        gate.answered(gate.begin(), 1);
        assertThat(gate.reason()).isNull();
        assertThat(gate.holdCode()).isNull();
    }

    @Test
    void pausesLongerEachTimeWhereTheServiceDoesNotSayHowLong() {
        for (int attempt = 1; attempt <= 3; attempt++) {
            assertThat(gate.admit()).isZero();
            gate.failed(gate.begin(), 1, RemoteException.throttled("HTTP 429", null));
            gate.leave();
            long pause = TimeUnit.MILLISECONDS.toNanos(BACKOFF_MILLIS * attempt);
            assertThat(gate.admit()).isEqualTo(pause);
            now += pause;
        }
    }

    @Test
    void countsCallsThatAreThrottledTogetherOnce() {
        int begun = gate.begin();
        for (int i = 0; i < 4; i++) {
            assertThat(gate.admit()).isZero();
        }
        for (int i = 0; i < 4; i++) {
            gate.failed(begun, 1, RemoteException.throttled("HTTP 429", null));
        }
        assertThat(gate.limit()).isEqualTo(3);
        // and one that had begun before says nothing about the service since
        gate.answered(begun, 1);
        assertThat(gate.reason()).isNotNull();
    }

    @Test
    void breaksAfterThreeFailuresAndLetsOneTry() {
        for (int i = 0; i < 4; i++) {
            assertThat(gate.admit()).isZero();
        }
        int begun = gate.begin();
        unavailable(begun);
        unavailable(begun);
        assertThat(gate.isBroken()).isFalse();
        unavailable(begun);
        unavailable(begun); // late, and no news
        for (int i = 0; i < 4; i++) {
            gate.leave();
        }

        assertThat(gate.isBroken()).isTrue();
        assertThat(gate.reason()).contains("UNAVAILABLE");
        assertThat(gate.holdCode()).isEqualTo(HoldCode.EMBEDDER_UNAVAILABLE);
        long wait = gate.admit();
        assertThat(wait).isBetween(1L, 2 * TimeUnit.MILLISECONDS.toNanos(BACKOFF_MILLIS));
        now += wait;
        assertThat(gate.admit()).isZero();
        assertThat(gate.admit()).isEqualTo(Admission.UNTIL_A_BATCH_ENDS);

        unavailable(gate.begin());
        gate.leave();
        assertThat(gate.admit()).isGreaterThan(wait); // twice as long
        now += gate.admit();
        assertThat(gate.admit()).isZero();
        gate.answered(gate.begin(), 1);
        assertThat(gate.isBroken()).isFalse();
        assertThat(gate.admit()).isZero();
    }

    @Test
    void stopsAtOnceForAMatterOfConfiguration() {
        assertThat(gate.admit()).isZero();
        gate.failed(gate.begin(), 1, new RemoteException(Kind.STOPPED, "HTTP 401"));
        gate.leave();
        assertThat(gate.isBroken()).isTrue();
        assertThat(gate.reason()).contains("(STOPPED): HTTP 401");
        assertThat(gate.holdCode()).isEqualTo(HoldCode.EMBEDDER_REFUSED);
    }

    @Test
    void letsAnotherTryWhereTheFirstHadNothingToCallFor() {
        assertThat(gate.admit()).isZero();
        gate.failed(gate.begin(), 1, new RemoteException(Kind.STOPPED, "HTTP 401"));
        gate.leave();
        now += gate.admit();
        assertThat(gate.admit()).isZero();
        gate.leave();
        assertThat(gate.admit()).isZero();
    }

    @Test
    void admitsNobodyOnceItIsClosed() {
        gate.close();
        assertThat(gate.admit()).isEqualTo(Admission.UNTIL_A_BATCH_ENDS);
    }

    private void unavailable(int begun) {
        gate.failed(begun, 1, new RemoteException(Kind.UNAVAILABLE, "HTTP 503"));
    }
}
