package dev.streambed.embed;

/**
 * What of a chunk is of interest besides its vector, and is not stored.
 *
 * @param tokens of its sequence, special tokens and prefix included
 * @param norm its vector's length before it was made 1; NaN where the embedder does not tell
 */
public record ChunkMeasure(int tokens, float norm) {}
