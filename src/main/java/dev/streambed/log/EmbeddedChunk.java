package dev.streambed.log;

/**
 * One embedded window of a document's text.
 *
 * @param start first char of the text, in Java chars
 * @param end past the last char
 * @param vector normalised, of the pipeline's dimension; not copied, do not modify
 */
@SuppressWarnings("ArrayRecordComponent") // one owner at a time; compared by content in tests only
public record EmbeddedChunk(int start, int end, float[] vector) {}
