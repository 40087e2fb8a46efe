package dev.streambed.embed.batch;

import java.time.Duration;

/**
 * How a token budget follows what batches take; see {@link TokenBudget}.
 *
 * @param most cells it may grow to, however little a larger batch gains
 * @param latencyBound how long a batch should take at most: whoever comes waits for the one that runs
 */
public record Adaptation(int most, Duration latencyBound) {
    public Adaptation {
        if (most < 1 || latencyBound.isNegative() || latencyBound.isZero()) {
            throw new IllegalArgumentException("the most cells are " + most
                    + " (1 or more), the latency bound of a batch " + latencyBound + " (more than 0)");
        }
    }
}
