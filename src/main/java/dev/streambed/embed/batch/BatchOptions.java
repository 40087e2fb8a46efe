package dev.streambed.embed.batch;

/**
 * How batches are cut.
 *
 * @param tokenBudget most cells of a batch, rows times the longest row; a longer sequence runs alone
 * @param minFill least share of real tokens in a batch, 0..1: more rows are not worth more padding than that
 * @param lookAhead most waiting sequences looked at for one batch
 * @param wide whether a wider batch costs little (a GPU): then each is filled as far as it goes, from lower priorities too. Where
 *     time goes with tokens (a CPU), what waits is shared among the free slots instead, and nobody waits for a lower priority.
 */
public record BatchOptions(int tokenBudget, double minFill, int lookAhead, boolean wide) {
    /**
     * 256 cells, 95 % of them real. On a CPU padding is the whole loss and a larger batch gains nothing: a sequence a batch does as many
     * documents a second as 512 cells ({@code streambed bench}: 35.0 and 34.9). But whoever comes waits for the batch that runs.
     */
    public static final BatchOptions CPU = new BatchOptions(256, 0.95, 256, false);

    /** 16,384 cells, half of them real at least: a GPU needs width before all. */
    public static final BatchOptions GPU = new BatchOptions(16_384, 0.5, 4096, true);

    public BatchOptions {
        if (tokenBudget < 1 || !(minFill >= 0 && minFill <= 1) || lookAhead < 1) {
            throw new IllegalArgumentException("the token budget is " + tokenBudget + " (1 or more), the least fill "
                    + minFill + " (0..1), the look-ahead " + lookAhead + " (1 or more)");
        }
    }

    /** The same, with another budget. */
    public BatchOptions withTokenBudget(int tokens) {
        return new BatchOptions(tokens, minFill, lookAhead, wide);
    }
}
