package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OldestInFlightTest {
    private final OldestInFlight oldest = new OldestInFlight();

    @Test
    void isAsOldAsTheFirstThatHasNotLeft() {
        assertThat(oldest.ageNanos(100)).isZero();

        OldestInFlight.Stay first = oldest.enter(10);
        OldestInFlight.Stay second = oldest.enter(20);
        assertThat(oldest.ageNanos(100)).isEqualTo(90);

        oldest.leave(first);
        assertThat(oldest.ageNanos(100)).isEqualTo(80);

        oldest.leave(second);
        assertThat(oldest.ageNanos(100)).isZero();
    }

    @Test
    void agreesWithAListInWhateverOrderTheyLeave() {
        long seed = Long.getLong("streambed.seed", System.nanoTime() & 0xFFFF_FFFFL);
        System.out.println("OldestInFlightTest: seed " + seed + " (-Dstreambed.seed=" + seed + ")");
        Random random = new Random(seed);
        List<OldestInFlight.Stay> stays = new ArrayList<>();
        List<Long> since = new ArrayList<>();
        for (long now = 1; now < 5_000; now++) {
            if (stays.isEmpty() || random.nextInt(100) < 52) {
                stays.add(oldest.enter(now));
                since.add(now);
            } else {
                int which = random.nextInt(stays.size());
                oldest.leave(stays.remove(which));
                since.remove(which);
            }
            assertThat(oldest.ageNanos(now)).isEqualTo(since.isEmpty() ? 0 : now - since.get(0));
        }

        oldest.clear();
        assertThat(oldest.ageNanos(5_000)).isZero();
        OldestInFlight.Stay next = oldest.enter(5_000);
        assertThat(oldest.ageNanos(5_001)).isEqualTo(1);
        oldest.leave(next);
        assertThat(oldest.ageNanos(5_001)).isZero();
    }
}
