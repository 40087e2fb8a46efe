package dev.streambed.observe;

import java.util.List;

/**
 * The answer of {@code /search}.
 *
 * @param results one for each query, in order
 */
public record SearchResponse(List<Result> results) {
    /**
     * One chunk found: the best of its document.
     *
     * @param score cosine similarity, -1..1, larger is nearer
     * @param text the chunk's
     */
    public record Hit(String documentId, int chunk, double score, String text) {}

    /**
     * The hits of one query, best first.
     *
     * @param id the query's
     */
    public record Result(String id, List<Hit> hits) {}
}
