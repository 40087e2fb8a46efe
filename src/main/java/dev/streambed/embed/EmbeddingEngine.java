package dev.streambed.embed;

import dev.streambed.embed.chunk.InputRefusedException;
import dev.streambed.observe.BusyRate;
import dev.streambed.observe.HoldCode;
import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.TraceSpan;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Text in, vectors out: chunking, batching and the model behind one door. All methods may be called from any thread and never
 * block on the model; the bound on what is queued is the caller's (the stage's gate).
 */
public interface EmbeddingEngine extends AutoCloseable {
    /** Components of each vector. */
    int dimension();

    /** Names everything that decides a vector: model bytes, tokenizer, pooling, chunking, prefixes. Stable across processes. */
    String fingerprint();

    /**
     * Chunks and embeds one text. Cancelling the future drops what has not run yet.
     *
     * @return completes with the vectors; exceptionally with {@link InputRefusedException} where the text breaks a limit of the
     *     pipeline (answered REJECTED), with {@link java.util.concurrent.CancellationException} where the engine was closed (not answered: the
     *     next start does it), with {@link dev.streambed.embed.batch.UnwantedException} where it was not wanted any more when its turn came
     *     (answered EXPIRED), with any other exception where the embedder failed (answered FAILED)
     * @param wanted asked on the engine's threads before anything is done with the text; quick
     * @param span of the text's document: what is done here becomes part of it
     */
    CompletableFuture<EmbeddedText> embed(String text, Lane lane, BooleanSupplier wanted, TraceSpan span);

    /** The same for a text that stays wanted and is not traced. */
    default CompletableFuture<EmbeddedText> embed(String text, Lane lane) {
        return embed(text, lane, () -> true, NoSpan.NONE);
    }

    /** Embeds a query, with the model's query prefix where it has one; cut at the model's limit. Ahead of all documents. */
    CompletableFuture<float[]> embedQuery(String text);

    /**
     * Why it will not get any further without a new process, for people, or null where all is well. Quick: asked for by every probe.
     */
    @Nullable
    String stuckReason();

    /** What outside this process it waits for, for people, or null where it does not. Quick: asked for by every probe. */
    default @Nullable String holdReason() {
        return null;
    }

    /** The same in a word, for alerts. */
    default @Nullable HoldCode holdCode() {
        return null;
    }

    /** Tokens a second while more wait than are in the model; NaN where that was not measured. See {@link BusyRate}. */
    default double busyTokensPerSecond() {
        return Double.NaN;
    }

    @Override
    void close();
}
