package dev.streambed.index;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The best chunk of each document, out of a store that searches rows: fetches more rows than documents are wanted, and more again until there
 * are enough documents or no more rows.
 */
public final class BestChunks {
    /** Rows for each document wanted, at first: most documents are a few chunks, and few have all of them near a query. */
    private static final int ROWS_EACH = 4;

    private BestChunks() {}

    /** The nearest rows, best first; fewer than asked for only where there are no more. */
    @FunctionalInterface
    public interface Rows {
        List<Hit> nearest(int fetch) throws IndexException;
    }

    /**
     * Fetches until there are k documents.
     *
     * @param k documents wanted, 1 or more
     * @param maxFetch the most rows the store returns
     * @return at most k hits, best first, no document twice
     */
    public static List<Hit> of(int k, int maxFetch, Rows rows) throws IndexException {
        if (k < 1) {
            throw new IllegalArgumentException("k is " + k + ": 1 or more");
        }
        for (long fetch = (long) k * ROWS_EACH; ; fetch *= ROWS_EACH) {
            int limit = (int) Math.min(fetch, maxFetch);
            List<Hit> found = rows.nearest(limit);
            List<Hit> best = firstOfEach(found, k);
            if (best.size() == k || found.size() < limit || limit == maxFetch) {
                return best;
            }
        }
    }

    private static List<Hit> firstOfEach(List<Hit> found, int k) {
        var seen = new HashSet<String>();
        var best = new ArrayList<Hit>(k);
        for (Hit hit : found) {
            if (best.size() < k && seen.add(hit.documentId())) {
                best.add(hit);
            }
        }
        return best;
    }
}
