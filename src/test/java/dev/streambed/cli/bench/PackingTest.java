package dev.streambed.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackingTest {
    private static final int BUDGET = 512;

    private final int[] lengths = new Random(5).ints(200, 3, 257).toArray();

    @ParameterizedTest
    @EnumSource
    void packsEverySequenceOnce(Packing packing) {
        assertThat(packing.pack(lengths, BUDGET).stream().flatMap(List::stream))
                .hasSize(lengths.length)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void packsTheLongestFirst(Packing packing) {
        assertThat(packing.pack(lengths, BUDGET).stream()
                        .flatMap(List::stream)
                        .map(index -> -lengths[index])
                        .toList())
                .isSorted();
    }

    @Test
    void fillsTheBudgetAndKeepsToIt() {
        List<List<Integer>> batches = Packing.SORTED_BUDGET.pack(lengths, BUDGET);

        assertThat(batches).allMatch(batch -> batch.size() * lengths[batch.get(0)] <= BUDGET);
        for (int i = 1; i < batches.size(); i++) {
            List<Integer> before = batches.get(i - 1);
            assertThat((before.size() + 1) * lengths[before.get(0)])
                    .as("one more would have fitted into batch %d", i - 1)
                    .isGreaterThan(BUDGET);
        }
    }

    @Test
    void runsAloneWhatIsLongerThanTheBudget() {
        assertThat(Packing.SORTED_BUDGET.pack(new int[] {600, 4, 700}, BUDGET))
                .containsExactly(List.of(2), List.of(0), List.of(1));
    }

    @Test
    void takesTheMiddleOfTheRounds() {
        Rounds rounds = new Rounds();
        rounds.add(3);
        rounds.add(9);
        assertThat(rounds.median()).isEqualTo(6);
        rounds.add(4);
        assertThat(rounds.median()).isEqualTo(4);
    }

    @Test
    void takesTheNearestRankForAPercentile() {
        long[] nanos = new long[200];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = (200 - i) * 1_000_000L;
        }
        assertThat(Latencies.ofNanos(nanos)).isEqualTo(new Latencies(200, 100, 198));
    }
}
