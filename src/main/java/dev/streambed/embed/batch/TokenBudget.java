package dev.streambed.embed.batch;

import dev.streambed.embed.batch.BatchTime.Fit;
import org.jspecify.annotations.Nullable;

/**
 * The cells a batch may have at present. Thread-safe.
 *
 * <p>Memory bounds it: halved each time the device ran out, and given back by a sixteenth of what was configured after every
 * {@value #CALM} batches without that.
 *
 * <p>Where it adapts, time decides too. A batch takes {@code a + b * cells}; the budget grows until {@code a}, which every batch pays,
 * is no more than a twentieth of it, and shrinks as soon as a batch would take longer than the latency bound.
 */
final class TokenBudget {
    /** Batches without trouble before the budget grows a step. */
    static final int CALM = 32;

    private static final int STEPS = 16;

    /** Of the fixed part of a batch's time: the rest for it to be a twentieth. */
    private static final double REST = 19;

    private final int configured;
    private final int most;
    private final @Nullable Adaptation adaptation;
    private final BatchTime time = new BatchTime();
    private int byMemory;
    private int byTime;
    private int calm;

    TokenBudget(BatchOptions options) {
        this.configured = options.tokenBudget();
        this.adaptation = options.adaptation();
        this.most = options.largestBudget();
        this.byMemory = most;
        this.byTime = configured;
    }

    synchronized int current() {
        return Math.min(byMemory, byTime);
    }

    /** A batch of this many cells did not fit. */
    synchronized void failedAt(long cells) {
        byMemory = (int) Math.max(1, Math.min(current(), cells) / 2);
        calm = 0;
    }

    /** A batch ran. */
    synchronized void ran(long cells, long nanos) {
        if (adaptation != null) {
            time.ran(cells, nanos);
            byTime = byTime(adaptation);
        }
        if (byMemory < most) {
            calm++;
            if (calm >= CALM) {
                calm = 0;
                byMemory = Math.min(most, byMemory + Math.max(1, configured / STEPS));
            }
        }
    }

    private int byTime(Adaptation wanted) {
        if (!time.isKnown()) {
            return byTime;
        }
        Fit fit = time.fit();
        double efficient = Math.max(configured, REST * fit.fixedNanos() / fit.nanosPerCell());
        double bounded = (wanted.latencyBound().toNanos() - fit.fixedNanos()) / fit.nanosPerCell();
        return (int) Math.max(1, Math.min(most, Math.min(efficient, bounded)));
    }
}
