package dev.streambed.index;

/**
 * One row found.
 *
 * @param score cosine similarity, -1..1, larger is nearer
 */
public record Hit(String documentId, int chunk, double score, String text) {}
