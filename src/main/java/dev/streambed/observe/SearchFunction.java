package dev.streambed.observe;

import java.util.List;

/** Searches with texts. Called from several threads at once. */
@FunctionalInterface
public interface SearchFunction {
    /**
     * The nearest documents of each query.
     *
     * @param k 1..1,000
     * @throws Exception if the model or the store does not answer
     */
    List<List<SearchResponse.Hit>> search(List<String> queries, int k) throws Exception;
}
