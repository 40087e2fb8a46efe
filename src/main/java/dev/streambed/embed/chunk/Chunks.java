package dev.streambed.embed.chunk;

import java.util.List;

/**
 * A text cut up.
 *
 * @param chunks in the order of the text, at least one
 * @param truncated whether text was left out
 */
public record Chunks(List<Chunk> chunks, boolean truncated) {}
