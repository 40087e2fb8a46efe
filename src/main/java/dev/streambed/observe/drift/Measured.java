package dev.streambed.observe.drift;

/**
 * One embedded chunk as drift sees it: no text, no id.
 *
 * @param vector of length 1; not modified by anybody any more
 * @param tokens of its sequence, special tokens included
 * @param norm the vector's length before it was made 1; NaN where the embedder does not tell
 */
@SuppressWarnings("ArrayRecordComponent") // a reference to what the log of record is made of, never compared
public record Measured(float[] vector, int tokens, float norm) {}
