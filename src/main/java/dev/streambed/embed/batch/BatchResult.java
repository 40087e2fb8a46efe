package dev.streambed.embed.batch;

/**
 * The vectors of one job.
 *
 * @param vectors one a sequence, in their order; the receiver owns them
 * @param norms the length of each before it was made 1; NaN where the model does not tell
 * @param queueNanos from submission until the start of the last batch that held one of its sequences
 * @param modelNanos the longest of its batches
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record BatchResult(float[][] vectors, float[] norms, long queueNanos, long modelNanos) {}
