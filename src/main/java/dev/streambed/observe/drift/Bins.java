package dev.streambed.observe.drift;

import java.util.Arrays;
import java.util.TreeSet;

/** Bins with about as many of the baseline's values in each, and the population stability index over them. */
final class Bins {
    /** By the PSI's custom. */
    static final int DECILES = 10;

    /**
     * Added to each share. An empty bin has no logarithm; and what is rarer than this is given no say, whether a window has some of it or
     * none: the baseline's sample cannot know how rare it is. (With half a chunk in place of it, a sample without one of the few short chunks
     * that there are found one window in two to drift.)
     */
    private static final double LEAST_SHARE = 0.01;

    private Bins() {}

    /**
     * The edges between the deciles, ascending, distinct. A value that a tenth of all have (chunks that fill their window) gets a bin
     * of its own, so that it is told from smaller ones.
     *
     * @param values at least one; sorted here
     */
    static double[] edges(double[] values) {
        Arrays.sort(values);
        TreeSet<Double> edges = new TreeSet<>();
        for (int decile = 1; decile < DECILES; decile++) {
            double edge = values[(int) ((long) decile * values.length / DECILES)];
            edges.add(edge);
            if ((long) timesOf(edge, values) * DECILES >= values.length) {
                edges.add(Math.nextDown(edge));
            }
        }
        return edges.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static int timesOf(double value, double[] sorted) {
        return place(sorted, Math.nextUp(value)) - place(sorted, value);
    }

    /** The bin of a value: how many edges lie below it. */
    static int place(double[] edges, double value) {
        int low = 0;
        int high = edges.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (edges[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * The population stability index: sum of {@code (q - p) * ln(q / p)} over the bins, with each share smoothed. 0 for equal shares.
     *
     * @param expected counts, of any total but 0
     * @param actual counts, likewise
     */
    static double psi(long[] expected, long[] actual) {
        long expectedTotal = Arrays.stream(expected).sum();
        long actualTotal = Arrays.stream(actual).sum();
        double psi = 0;
        for (int bin = 0; bin < expected.length; bin++) {
            double p = share(expected[bin], expectedTotal, expected.length);
            double q = share(actual[bin], actualTotal, expected.length);
            psi += (q - p) * Math.log(q / p);
        }
        return psi;
    }

    private static double share(long count, long total, int bins) {
        return ((double) count / total + LEAST_SHARE) / (1 + LEAST_SHARE * bins);
    }
}
