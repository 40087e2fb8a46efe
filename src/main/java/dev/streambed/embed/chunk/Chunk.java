package dev.streambed.embed.chunk;

/**
 * One window of a text.
 *
 * @param start first char, in Java chars
 * @param end past the last char
 * @param sequence what the model gets: special tokens, prefix, window; do not modify
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record Chunk(int start, int end, int[] sequence) {}
