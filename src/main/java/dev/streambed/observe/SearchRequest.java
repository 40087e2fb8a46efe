package dev.streambed.observe;

import java.util.List;

/**
 * The body of {@code POST /search}.
 *
 * @param queries 1..{@value #MOST_QUERIES}
 * @param k documents wanted for each, 1..{@value #MOST_HITS}
 */
public record SearchRequest(List<Query> queries, int k) {
    /** Queries of one request. */
    public static final int MOST_QUERIES = 256;

    /** Documents of one query. */
    public static final int MOST_HITS = 1000;

    /** Documents of one query where the caller does not say. */
    public static final int DEFAULT_HITS = 10;

    /**
     * One query.
     *
     * @param id comes back with the hits
     * @param text what to look for
     */
    public record Query(String id, String text) {}
}
