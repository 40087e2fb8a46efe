package dev.streambed.embed.batch;

/**
 * The vectors of one job.
 *
 * @param vectors one a sequence, in their order; the receiver owns them
 * @param queueNanos from submission until the start of the last batch that held one of its sequences
 * @param modelNanos the longest of its batches
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record BatchResult(float[][] vectors, long queueNanos, long modelNanos) {}
