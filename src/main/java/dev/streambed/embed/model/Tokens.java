package dev.streambed.embed.model;

/**
 * A text's tokens, without special ones. Parallel arrays; do not modify.
 *
 * @param ids the vocabulary's numbers
 * @param starts first char of each token, in Java chars, never less than the one before
 * @param ends past the last char of each token
 */
@SuppressWarnings("ArrayRecordComponent") // a large value, handed over once, never compared
public record Tokens(int[] ids, int[] starts, int[] ends) {
    /** Number of tokens. */
    public int count() {
        return ids.length;
    }
}
