package dev.streambed.embed.model;

import java.util.Arrays;

/**
 * What a model made of a batch. Parallel arrays, the receiver's.
 *
 * @param vectors one a sequence, of length 1
 * @param norms the length of each before it was made 1; NaN where the model does not tell
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record Embeddings(float[][] vectors, float[] norms) {
    /** Of a model that does not tell the lengths. */
    public static Embeddings withoutNorms(float[][] vectors) {
        float[] norms = new float[vectors.length];
        Arrays.fill(norms, Float.NaN);
        return new Embeddings(vectors, norms);
    }
}
