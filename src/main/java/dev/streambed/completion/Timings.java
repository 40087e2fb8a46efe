package dev.streambed.completion;

/**
 * Where the time of one event went, each step apart, in milliseconds; 0 where a step did not happen.
 *
 * @param queueMillis from the broker's append time until EMBED planned it, plus the wait for a batch
 * @param tokenizeMillis chunking and tokenising
 * @param embedMillis in the embedder
 * @param indexMillis from INDEX's arrival until the store's acknowledgement
 * @param totalMillis from the broker's append time until the completion was made
 */
public record Timings(long queueMillis, long tokenizeMillis, long embedMillis, long indexMillis, long totalMillis) {
    /** Nothing measured. */
    public static final Timings NONE = new Timings(0, 0, 0, 0, 0);
}
