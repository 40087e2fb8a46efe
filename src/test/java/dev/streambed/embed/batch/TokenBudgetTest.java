package dev.streambed.embed.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBudgetTest {
    private static final int START = 1024;
    private static final int MOST = 131_072;

    private final Random random = new Random(3);

    private static TokenBudget adapting(Duration bound) {
        return new TokenBudget(new BatchOptions(START, 0.5, 4096, true, new Adaptation(MOST, bound)));
    }

    /** Batches of all sizes up to the budget, with some noise in what they take. */
    private void run(TokenBudget budget, int batches, double fixedMicros, double microsPerCell) {
        for (int i = 0; i < batches; i++) {
            int cells = 1 + random.nextInt(budget.current());
            double micros = (fixedMicros + microsPerCell * cells) * (0.95 + 0.1 * random.nextDouble());
            budget.ran(cells, (long) (1_000 * micros));
        }
    }

    @Test
    void growsUntilWhatEveryBatchPaysIsATwentieth() {
        TokenBudget budget = adapting(Duration.ofSeconds(1));
        run(budget, 1_000, 500, 0.5);
        assertThat(budget.current()).isBetween(15_000, 23_000); // 19 x 500 / 0.5 = 19,000
    }

    @Test
    void honoursTheLatencyBound() {
        TokenBudget budget = adapting(Duration.ofMillis(5));
        run(budget, 1_000, 500, 0.5);
        assertThat(budget.current()).isBetween(8_000, 10_000); // (5,000 - 500) / 0.5 = 9,000

        run(budget, 2_000, 500, 5); // the device has become slow
        assertThat(budget.current()).isBetween(800, 1_000); // (5,000 - 500) / 5 = 900: below where it began
    }

    @Test
    void staysWhereItBeganUntilItKnowsMore() {
        TokenBudget budget = adapting(Duration.ofMillis(1));
        run(budget, BatchTime.ENOUGH - 1, 500, 50);
        assertThat(budget.current()).isEqualTo(START);

        TokenBudget alike = adapting(Duration.ofMillis(1));
        for (int i = 0; i < 500; i++) {
            alike.ran(1_000, 50_000_000); // all of one size: no slope can be told
        }
        assertThat(alike.current()).isEqualTo(START);
    }

    @Test
    void neverGrowsBeyondTheMost() {
        TokenBudget budget = adapting(Duration.ofMinutes(1));
        run(budget, 1_000, 1_000_000, 0.001);
        assertThat(budget.current()).isEqualTo(MOST);
    }

    @Test
    void halvesWhereMemoryRunsOutWhateverTimeSays() {
        TokenBudget budget = adapting(Duration.ofSeconds(1));
        run(budget, 1_000, 500, 0.5);
        int before = budget.current();
        budget.failedAt(before);
        assertThat(budget.current()).isEqualTo(before / 2);
        run(budget, TokenBudget.CALM - 1, 500, 0.5);
        assertThat(budget.current()).isEqualTo(before / 2);
        run(budget, 1, 500, 0.5);
        assertThat(budget.current()).isEqualTo(before / 2 + START / 16);
    }

    @Test
    void aConfiguredBudgetStays() {
        TokenBudget budget = new TokenBudget(BatchOptions.GPU.withTokenBudget(4096));
        run(budget, 1_000, 500_000, 500);
        assertThat(budget.current()).isEqualTo(4096);
    }
}
