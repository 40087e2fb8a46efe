package dev.streambed.embed.model;

import java.util.List;

/** Runs one batch at a time. An instance belongs to one slot: one thread uses it, for it may reuse its buffers. */
public interface BatchModel {
    /**
     * Embeds token sequences; shorter ones are padded to the longest and masked.
     *
     * @param sequences token ids with the special tokens, at least one sequence, each with at least one token; not modified
     * @return one normalised vector a sequence, in their order; fresh arrays
     * @throws DeviceMemoryException where a smaller batch may succeed
     * @throws ModelException where the model failed otherwise
     */
    float[][] embed(List<int[]> sequences);

    /** The same, with the vectors' lengths before they were normalised where the model tells them. */
    default Embeddings embedWithNorms(List<int[]> sequences) {
        return Embeddings.withoutNorms(embed(sequences));
    }
}
