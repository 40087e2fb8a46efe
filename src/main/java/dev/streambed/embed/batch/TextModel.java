package dev.streambed.embed.batch;

import dev.streambed.embed.model.Embeddings;
import dev.streambed.embed.model.ModelException;
import java.util.List;

/**
 * Embeds texts elsewhere. An instance belongs to one slot: one thread uses it. The counterpart of {@link
 * dev.streambed.embed.model.BatchModel}, which takes tokens.
 */
@FunctionalInterface
public interface TextModel {
    /**
     * Embeds texts.
     *
     * @param texts at least one; not modified
     * @return one normalised vector a text, in their order; fresh arrays
     * @throws NotNowException where nothing is known against the texts: they go back into the queue
     * @throws ModelException where one of the texts is to blame: the batch is halved until it stands alone, and fails
     */
    float[][] embed(List<String> texts);

    /** The same, with the vectors' lengths before they were normalised where the model tells them. */
    default Embeddings embedWithNorms(List<String> texts) {
        return Embeddings.withoutNorms(embed(texts));
    }
}
