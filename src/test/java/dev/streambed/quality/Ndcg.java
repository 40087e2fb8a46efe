package dev.streambed.quality;

import dev.streambed.index.Hit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Normalised discounted cumulative gain of the first ten documents (Järvelin and Kekäläinen, 2002), with a gain of 1 for each relevant
 * document. The document at rank r, from 1, counts 1 / log2(r + 1); the sum is divided by what the best possible ranking would have.
 */
public final class Ndcg {
    /** Ranks that count. */
    static final int DEPTH = 10;

    private Ndcg() {}

    /**
     * Of one query.
     *
     * @param ranking document ids, best first; what follows the tenth does not count
     * @param relevant the relevant documents, at least one
     * @return 0..1; 1 where the first places are all taken by relevant documents as far as there are any
     * @throws IllegalArgumentException if nothing is relevant, for then there is no best ranking, or if a document is ranked twice
     */
    static double of(List<String> ranking, Set<String> relevant) {
        if (relevant.isEmpty()) {
            throw new IllegalArgumentException("no document is relevant");
        }
        if (ranking.size() != ranking.stream().distinct().count()) {
            throw new IllegalArgumentException("a document is ranked twice");
        }
        double gained = 0;
        double possible = 0;
        for (int rank = 1; rank <= DEPTH; rank++) {
            double discount = Math.log(2) / Math.log(rank + 1.0);
            if (rank <= ranking.size() && relevant.contains(ranking.get(rank - 1))) {
                gained += discount;
            }
            if (rank <= relevant.size()) {
                possible += discount;
            }
        }
        return gained / possible;
    }

    /**
     * The mean over all judged queries. A query without a ranking counts 0: not to answer is no way to a better mean.
     *
     * @param rankings query id to document ids, best first
     * @param judgements query id to its relevant documents
     */
    public static double mean(Map<String, List<String>> rankings, Map<String, Set<String>> judgements) {
        return judgements.entrySet().stream()
                .mapToDouble(query -> of(rankings.getOrDefault(query.getKey(), List.of()), query.getValue()))
                .average()
                .orElseThrow(() -> new IllegalArgumentException("nothing is judged"));
    }

    /** Documents in the order of their best chunk, each once, from hits in any order. */
    static List<String> ranking(List<Hit> hits) {
        return hits.stream()
                .sorted(Comparator.comparingDouble(Hit::score).reversed())
                .map(Hit::documentId)
                .distinct()
                .toList();
    }
}
