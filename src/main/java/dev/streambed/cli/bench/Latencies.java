package dev.streambed.cli.bench;

import java.util.Arrays;

/**
 * Of so many documents, in milliseconds.
 *
 * @param documents how many were measured
 * @param p50 the median
 * @param p99 the 99th percentile
 */
public record Latencies(int documents, double p50, double p99) {
    static Latencies ofNanos(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Latencies(sorted.length, at(sorted, 0.5), at(sorted, 0.99));
    }

    private static double at(long[] sorted, double quantile) {
        int rank = (int) Math.ceil(quantile * sorted.length);
        return sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)] / 1e6;
    }
}
