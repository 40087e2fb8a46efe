package dev.streambed.observe.drift;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a tenant's vectors looked like at first. Immutable, but for arrays nobody writes to.
 *
 * @param fingerprint of the pipeline
 * @param tenant its tenant
 * @param id tells it from any other, whoever made it
 * @param madeAtMillis when
 * @param vectors how many are in the sum
 * @param sum of the vectors
 * @param edges of the histograms, as in {@link Scheme}
 * @param counts of the histograms, of a sample of the vectors
 * @param meanTokens of a chunk
 * @param meanNorm before normalisation; NaN where it is not known
 * @param limits for each size of window, the largest first
 */
@SuppressWarnings("ArrayRecordComponent") // by id
public record Baseline(
        String fingerprint,
        String tenant,
        String id,
        long madeAtMillis,
        long vectors,
        double[] sum,
        double[][] edges,
        long[][] counts,
        double meanTokens,
        double meanNorm,
        List<Limits> limits)
        implements DriftEntry {
    static final String KIND = "baseline";

    /**
     * @throws IllegalArgumentException if its parts do not belong together
     */
    public Baseline {
        limits = List.copyOf(limits);
        boolean binsFit = edges.length == Scheme.HISTOGRAMS
                && counts.length == Scheme.HISTOGRAMS
                && IntStream.range(0, counts.length).allMatch(i -> counts[i].length == edges[i].length + 1);
        if (!binsFit || limits.isEmpty() || vectors < 2) {
            throw new IllegalArgumentException("the baseline of " + tenant + " is not whole");
        }
    }

    @Override
    public String key() {
        return DriftEntry.prefix(KIND, fingerprint) + "/" + tenant;
    }

    /** To compare windows with; the arrays are shared, so nothing may be added to it. */
    Tally tally() {
        return new Tally(sum, counts, vectors);
    }

    /** The size of a full window. */
    int window() {
        return limits.get(0).window();
    }

    /** The least vectors that can be judged. */
    int smallestWindow() {
        return limits.get(limits.size() - 1).window();
    }

    /**
     * The limits for a window of at least {@link #smallestWindow}.
     *
     * @return those of the largest size that it reaches
     */
    Limits limitsFor(long size) {
        return limits.stream()
                .filter(limit -> limit.window() <= size)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a window of " + size + " is too small"));
    }
}
