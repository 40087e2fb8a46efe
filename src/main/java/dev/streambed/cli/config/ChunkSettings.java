package dev.streambed.cli.config;

/**
 * How a text becomes windows.
 *
 * @param mode what happens to a text longer than one window
 * @param tokens of a window, special tokens included, 16..32,768
 * @param overlap tokens that neighbours share, 0..tokens/2
 */
public record ChunkSettings(Mode mode, int tokens, int overlap) {
    /** What happens to a text longer than one window. */
    public enum Mode {
        WINDOW,
        TRUNCATE,
        REJECT
    }

    public ChunkSettings {
        Check.range("chunk.tokens", tokens, 16, 32_768);
        Check.range("chunk.overlap", overlap, 0, tokens / 2);
    }
}
