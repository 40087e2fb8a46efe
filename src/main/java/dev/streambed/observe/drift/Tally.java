package dev.streambed.observe.drift;

import java.util.Arrays;

/**
 * Any number of chunks in constant memory: the sum of their vectors, and a count for each bin. Not thread-safe: owned by the drift
 * thread.
 */
final class Tally {
    private final double[] sum;
    private final long[][] counts;
    private long vectors;

    Tally(int dimension, Scheme scheme) {
        this(new double[dimension], scheme.emptyCounts(), 0);
    }

    /** One that was stored; the arrays become its own. */
    Tally(double[] sum, long[][] counts, long vectors) {
        this.sum = sum;
        this.counts = counts;
        this.vectors = vectors;
    }

    /** Counts a chunk in. */
    void add(float[] vector, byte[] bins) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += vector[i];
        }
        for (int histogram = 0; histogram < bins.length; histogram++) {
            if (bins[histogram] != Scheme.UNKNOWN) {
                counts[histogram][bins[histogram]]++;
            }
        }
        vectors++;
    }

    void clear() {
        Arrays.fill(sum, 0);
        Arrays.stream(counts).forEach(row -> Arrays.fill(row, 0));
        vectors = 0;
    }

    /** Makes this what is left of a whole without a part of it. */
    void setDifference(Tally whole, Tally part) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] = whole.sum[i] - part.sum[i];
        }
        for (int histogram = 0; histogram < counts.length; histogram++) {
            for (int bin = 0; bin < counts[histogram].length; bin++) {
                counts[histogram][bin] = whole.counts[histogram][bin] - part.counts[histogram][bin];
            }
        }
        vectors = whole.vectors - part.vectors;
    }

    long vectors() {
        return vectors;
    }

    double[] sum() {
        return sum;
    }

    long[][] counts() {
        return counts;
    }

    /**
     * The mean of the cosines of all pairs, exactly, from the sum S of n vectors of length 1: {@code (S·S - n) / (n (n - 1))}. NaN for
     * fewer than two.
     */
    double meanPairwiseCosine() {
        double n = vectors;
        return (dot(sum, sum) - n) / (n * (n - 1));
    }

    /**
     * How far a window is from this, in the order of {@link Statistic}; NaN where it cannot be told.
     *
     * @param window of the same scheme
     */
    double[] distances(Tally window) {
        double[] distances = new double[Statistic.COUNT];
        double lengths = Math.sqrt(dot(sum, sum) * dot(window.sum, window.sum));
        distances[Statistic.CENTROID_SHIFT.place()] = Math.max(0, 1 - dot(sum, window.sum) / lengths);
        distances[Statistic.COSINE_SHIFT.place()] = Math.abs(window.meanPairwiseCosine() - meanPairwiseCosine());
        double projections = 0;
        for (int k = 0; k < Projections.COUNT; k++) {
            projections += Bins.psi(counts[k], window.counts[k]);
        }
        distances[Statistic.PROJECTION_PSI.place()] = projections / Projections.COUNT;
        distances[Statistic.TOKEN_PSI.place()] = Bins.psi(counts[Scheme.TOKENS], window.counts[Scheme.TOKENS]);
        distances[Statistic.NORM_PSI.place()] = normPsi(window);
        return distances;
    }

    /** Absent where most of the chunks of either have no norm: the few that have one are no sample. */
    private double normPsi(Tally window) {
        long[] own = counts[Scheme.NORMS];
        long[] other = window.counts[Scheme.NORMS];
        long known = Arrays.stream(other).sum();
        boolean told = Arrays.stream(own).sum() > 0 && known * 2 > window.vectors;
        return told ? Bins.psi(own, other) : Double.NaN;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
