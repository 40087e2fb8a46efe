package dev.streambed.embed.chunk;

/**
 * How to cut a text.
 *
 * @param mode what becomes of a text longer than one window
 * @param tokens longest window in tokens, special tokens and prefix included; 0 = the model's limit
 * @param overlap tokens a window shares with the one before, at least, and at most twice as many where a sentence begins there; never
 *     more than half of a window; 0 or more, less than {@code tokens}
 * @param maxChunks most chunks of one document, 1 or more
 */
public record ChunkOptions(ChunkMode mode, int tokens, int overlap, int maxChunks) {
    /** Windows of the model's limit, 32 tokens shared, 4,096 chunks a document. */
    public static final ChunkOptions DEFAULT = new ChunkOptions(ChunkMode.WINDOW, 0, 32, 4096);

    public ChunkOptions {
        check(tokens >= 0, "chunk.tokens is " + tokens + "; it must be 0 (the model's limit) or more");
        check(overlap >= 0, "chunk.overlap is " + overlap + "; it must be 0 or more");
        check(tokens == 0 || overlap < tokens, "chunk.overlap is " + overlap + "; it must be less than chunk.tokens");
        check(maxChunks >= 1, "the most chunks of a document is " + maxChunks + "; it must be 1 or more");
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
