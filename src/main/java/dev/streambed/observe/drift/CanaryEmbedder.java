package dev.streambed.observe.drift;

import java.util.concurrent.CompletableFuture;

/** The pipeline's own embedder, asked for the canary's texts. Called by the drift thread; never blocks. */
@FunctionalInterface
public interface CanaryEmbedder {
    /**
     * Embeds a text as a document that nobody waits for.
     *
     * @return the vector of its first chunk, of length 1; empty where the pipeline refuses the text (it is too long for it). Fails where
     *     the embedder does. Cancelling it drops what has not run
     */
    CompletableFuture<float[]> embed(String text);
}
