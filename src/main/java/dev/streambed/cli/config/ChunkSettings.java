package dev.streambed.cli.config;

import dev.streambed.embed.chunk.ChunkMode;

/**
 * How a text becomes windows.
 *
 * @param mode what happens to a text longer than one window
 * @param tokens of a window, special tokens included, 16..32,768; 0: the model's limit
 * @param overlap tokens that neighbours share, 0..16,384, and at most half of {@code tokens}
 */
public record ChunkSettings(ChunkMode mode, int tokens, int overlap) {
    public ChunkSettings {
        if (tokens != 0) {
            Check.range("chunk.tokens", tokens, 16, 32_768);
        }
        Check.range("chunk.overlap", overlap, 0, tokens == 0 ? 16_384 : tokens / 2);
    }
}
