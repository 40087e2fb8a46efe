package dev.streambed.embed;

import dev.streambed.log.EmbeddedChunk;
import java.util.List;

/**
 * What the engine made of one text.
 *
 * @param chunks in the order of the text, at least one
 * @param measures one a chunk, in their order
 * @param truncated whether text was cut
 * @param queueNanos from the call until its last chunk's batch started, less tokenising
 * @param tokenizeNanos chunking and tokenising
 * @param embedNanos in the model, the longest of its batches
 */
public record EmbeddedText(
        List<EmbeddedChunk> chunks,
        List<ChunkMeasure> measures,
        boolean truncated,
        long queueNanos,
        long tokenizeNanos,
        long embedNanos) {
    /** Of all chunks, what they share counted in each. */
    long tokens() {
        return measures.stream().mapToLong(ChunkMeasure::tokens).sum();
    }
}
