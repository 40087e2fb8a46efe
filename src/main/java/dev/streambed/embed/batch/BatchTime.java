package dev.streambed.embed.batch;

/**
 * What a batch takes: {@code nanos = a + b * cells}, fitted by least squares over the batches that ran, older ones counting less. Not
 * thread-safe.
 */
final class BatchTime {
    /** Batches before the fit is believed. */
    static final int ENOUGH = 32;

    /** What a batch counts for when the next one is in: some 200 batches are remembered. */
    private static final double FADE = 0.995;

    /** Least spread of sizes, deviation over mean, from which a slope can be told. */
    private static final double LEAST_SPREAD = 0.1;

    private double count;
    private double x;
    private double y;
    private double xx;
    private double xy;
    private long seen;

    /**
     * A fit.
     *
     * @param fixedNanos what a batch takes however small it is, 0 or more
     * @param nanosPerCell more than 0
     */
    record Fit(double fixedNanos, double nanosPerCell) {}

    void ran(long cells, long nanos) {
        count = FADE * count + 1;
        x = FADE * x + cells;
        y = FADE * y + nanos;
        xx = FADE * xx + (double) cells * cells;
        xy = FADE * xy + (double) cells * nanos;
        seen++;
    }

    /** Whether sizes differ enough to tell the two parts apart. */
    boolean isKnown() {
        double mean = x / count;
        return seen >= ENOUGH && variance() > LEAST_SPREAD * LEAST_SPREAD * mean * mean && slope() > 0;
    }

    /** Means something where {@link #isKnown}. */
    Fit fit() {
        double slope = slope();
        return new Fit(Math.max(0, (y - slope * x) / count), slope);
    }

    private double variance() {
        double mean = x / count;
        return xx / count - mean * mean;
    }

    private double slope() {
        return (xy / count - x / count * (y / count)) / variance();
    }
}
