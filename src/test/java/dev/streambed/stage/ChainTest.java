package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.stage.StageHandler.Precedence;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChainTest {
    private final Chain<Integer> chain = new Chain<>();

    private static Precedence byNumber(int arriving, int waiting) {
        return arriving > waiting ? Precedence.ARRIVING_SUPERSEDES : Precedence.WAITING_SUPERSEDES;
    }

    private static Precedence both(int arriving, int waiting) {
        return Precedence.BOTH;
    }

    @Test
    void runsTheFirstAtOnceAndNoOtherBesideIt() {
        assertThat(chain.tryRun(1)).isTrue();
        assertThat(chain.tryRun(2)).isFalse();
    }

    @Test
    void newerTakesThePlaceOfTheWaiting() {
        chain.tryRun(1);
        assertThat(chain.enqueue(2, ChainTest::byNumber)).isEmpty();

        assertThat(chain.enqueue(3, ChainTest::byNumber)).containsExactly(2);

        assertThat(chain.next()).isEqualTo(3);
        assertThat(chain.next()).isNull();
    }

    @Test
    void olderIsSupersededByTheWaiting() {
        chain.tryRun(1);
        chain.enqueue(3, ChainTest::byNumber);

        assertThat(chain.enqueue(2, ChainTest::byNumber)).containsExactly(2);

        assertThat(chain.next()).isEqualTo(3);
    }

    @Test
    void neverDisplacesTheRunning() {
        chain.tryRun(1);

        assertThat(chain.enqueue(5, ChainTest::byNumber)).isEmpty();

        assertThat(chain.tryRun(6)).isFalse();
        assertThat(chain.next()).isEqualTo(5);
    }

    @Test
    void namesTheRunningOneToTheOneThatAloneWaitsForIt() {
        chain.tryRun(1);
        chain.enqueue(2, ChainTest::both);
        assertThat(chain.runningBefore(2)).isEqualTo(1);

        chain.enqueue(3, ChainTest::both);

        assertThat(chain.runningBefore(3)).isNull();
        assertThat(chain.runningBefore(2)).isNull();
    }

    @Test
    void keepsBothInTheOrderOfTheirArrival() {
        chain.tryRun(1);
        chain.enqueue(3, ChainTest::both);
        chain.enqueue(2, ChainTest::both);

        assertThat(chain.next()).isEqualTo(3);
        assertThat(chain.next()).isEqualTo(2);
        assertThat(chain.next()).isNull();
    }

    /** A mark says that its content is there: what brings it must not be displaced by what does not displace the mark. */
    @Test
    void displacesNothingThatALeftAloneOneMayRestOn() {
        chain.tryRun(1);
        chain.enqueue(2, ChainTest::both);
        chain.enqueue(7, ChainTest::both);
        chain.enqueue(3, ChainTest::both);

        assertThat(chain.enqueue(
                        5, (arriving, waiting) -> waiting == 7 ? Precedence.BOTH : byNumber(arriving, waiting)))
                .containsExactly(3);

        assertThat(chain.next()).isEqualTo(2);
        assertThat(chain.next()).isEqualTo(7);
        assertThat(chain.next()).isEqualTo(5);
    }

    @Test
    void runsAgainOnceItWasEmpty() {
        chain.tryRun(1);
        assertThat(chain.next()).isNull();

        assertThat(chain.tryRun(2)).isTrue();
    }

    @Test
    void everyItemRunsOrIsSupersededOnce() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Integer> ended = new ArrayList<>();
        List<Integer> arrived = new ArrayList<>();
        Integer running = null;
        for (int step = 0; step < 2_000; step++) {
            if (random.nextBoolean()) {
                int item = random.nextInt(1_000_000);
                arrived.add(item);
                if (chain.tryRun(item)) {
                    running = item;
                } else {
                    ended.addAll(chain.enqueue(item, random.nextBoolean() ? ChainTest::byNumber : ChainTest::both));
                }
            } else if (running != null) {
                ended.add(running);
                running = chain.next();
            }
        }
        for (Integer rest = running; rest != null; rest = chain.next()) {
            ended.add(rest);
        }

        assertThat(ended).containsExactlyInAnyOrderElementsOf(arrived);
    }
}
