package dev.streambed.cli.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** How a loop that has all sequences before it puts them into batches; the longest first, so that none is left for the end. */
enum Packing {
    /** One sequence a batch: no padding. */
    ALONE {
        @Override
        boolean fits(int rows, int longest, int tokenBudget) {
            return rows <= 1;
        }
    },
    /** Batches of 32 of like length, as sentence-transformers makes them. */
    SORTED_32 {
        @Override
        boolean fits(int rows, int longest, int tokenBudget) {
            return rows <= 32;
        }
    },
    /** As many of like length as the engine's token budget takes. */
    SORTED_BUDGET {
        @Override
        boolean fits(int rows, int longest, int tokenBudget) {
            return rows <= 1 || (long) rows * longest <= tokenBudget;
        }
    };

    abstract boolean fits(int rows, int longest, int tokenBudget);

    /**
     * Cuts batches.
     *
     * @param lengths of the sequences
     * @return indices, each once
     */
    List<List<Integer>> pack(int[] lengths, int tokenBudget) {
        List<Integer> order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> -lengths[i]))
                .toList();
        List<List<Integer>> batches = new ArrayList<>();
        List<Integer> batch = new ArrayList<>();
        for (int index : order) {
            int longest = batch.isEmpty() ? lengths[index] : lengths[batch.get(0)];
            if (!batch.isEmpty() && !fits(batch.size() + 1, longest, tokenBudget)) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(index);
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }
}
