package dev.streambed.embed.batch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How batches are cut.
 *
 * @param tokenBudget most cells of a batch, rows times the longest row; a longer sequence runs alone
 * @param minFill least share of real tokens in a batch, 0..1: more rows are not worth more padding than that
 * @param lookAhead most waiting sequences looked at for one batch
 * @param wide whether a wider batch costs little (a GPU): then each is filled as far as it goes, from lower priorities too. Where
 *     time goes with tokens (a CPU), what waits is shared among the free slots instead, and nobody waits for a lower priority.
 * @param adaptation how the budget follows what batches take, the token budget being where it begins; null = it stays
 */
public record BatchOptions(
        int tokenBudget,
        double minFill,
        int lookAhead,
        boolean wide,
        @Nullable Adaptation adaptation) {
    private static final Duration LATENCY_BOUND = Duration.ofMillis(100);
    private static final int MOST_LOOK_AHEAD = 4096;

    /**
     * From 64 cells on, 95 % of them real, and 256 at most. On a CPU padding is the whole loss and a larger batch gains nothing: a sequence a
     * batch does as many documents a second as 512 cells ({@code streambed bench}: 35.0 and 34.9). But whoever comes waits for the batch
     * that runs.
     */
    public static final BatchOptions CPU = new BatchOptions(64, 0.95, 256, false, new Adaptation(256, LATENCY_BOUND));

    /**
     * From 16,384 cells on, half of them real at least: a GPU needs width before all. With a float16 graph on an H100 that is 94 to 97 % of
     * what 131,072 give (docs/gpu.md).
     */
    public static final BatchOptions GPU =
            new BatchOptions(16_384, 0.5, MOST_LOOK_AHEAD, true, new Adaptation(131_072, LATENCY_BOUND));

    public BatchOptions {
        if (tokenBudget < 1 || !(minFill >= 0 && minFill <= 1) || lookAhead < 1) {
            throw new IllegalArgumentException("the token budget is " + tokenBudget + " (1 or more), the least fill "
                    + minFill + " (0..1), the look-ahead " + lookAhead + " (1 or more)");
        }
    }

    /** Most cells the budget can come to. */
    public int largestBudget() {
        return adaptation == null ? tokenBudget : Math.max(tokenBudget, adaptation.most());
    }

    /** The same, with this budget whatever batches take; a large one looks at more, to find as many of like length. */
    public BatchOptions withTokenBudget(int tokens) {
        return new BatchOptions(tokens, minFill, Math.max(lookAhead, Math.min(tokens, MOST_LOOK_AHEAD)), wide, null);
    }

    /** The same, with another bound of what a batch takes, where the budget adapts. */
    public BatchOptions withLatencyBound(Duration bound) {
        return new BatchOptions(
                tokenBudget,
                minFill,
                lookAhead,
                wide,
                adaptation == null ? null : new Adaptation(adaptation.most(), bound));
    }
}
