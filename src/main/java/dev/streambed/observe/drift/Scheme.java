package dev.streambed.observe.drift;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Which bin each of a chunk's figures belongs to. Histograms 0..{@value Projections#COUNT}-1 are the projections', then come tokens and
 * norms. Immutable.
 *
 * @param projections the directions
 * @param edges of each histogram; none for the norms where no chunk of the baseline had one
 */
@SuppressWarnings("ArrayRecordComponent") // made once, never compared
record Scheme(Projections projections, double[][] edges) {
    static final int TOKENS = Projections.COUNT;
    static final int NORMS = TOKENS + 1;
    static final int HISTOGRAMS = NORMS + 1;

    /** In place of a bin: the figure is not known. */
    static final byte UNKNOWN = -1;

    /** Bins with equal shares of these chunks. */
    static Scheme of(Projections projections, List<Measured> chunks) {
        float[][] projected =
                chunks.stream().map(chunk -> projections.of(chunk.vector())).toArray(float[][]::new);
        double[][] edges = new double[HISTOGRAMS][];
        for (int k = 0; k < Projections.COUNT; k++) {
            int direction = k;
            edges[k] = Bins.edges(
                    Arrays.stream(projected).mapToDouble(row -> row[direction]).toArray());
        }
        edges[TOKENS] = edgesOf(chunks, Measured::tokens);
        edges[NORMS] = edgesOf(chunks, Measured::norm);
        return new Scheme(projections, edges);
    }

    private static double[] edgesOf(List<Measured> chunks, ToDoubleFunction<Measured> figure) {
        double[] known =
                chunks.stream().mapToDouble(figure).filter(Double::isFinite).toArray();
        return known.length == 0 ? known : Bins.edges(known);
    }

    /** The bin in each histogram, or {@link #UNKNOWN}. */
    byte[] bins(Measured chunk) {
        byte[] bins = new byte[HISTOGRAMS];
        float[] projected = projections.of(chunk.vector());
        for (int k = 0; k < Projections.COUNT; k++) {
            bins[k] = (byte) Bins.place(edges[k], projected[k]);
        }
        bins[TOKENS] = (byte) Bins.place(edges[TOKENS], chunk.tokens());
        boolean known = edges[NORMS].length > 0 && Float.isFinite(chunk.norm());
        bins[NORMS] = known ? (byte) Bins.place(edges[NORMS], chunk.norm()) : UNKNOWN;
        return bins;
    }

    /** Counts of nothing, with as many bins as the edges make. */
    long[][] emptyCounts() {
        return Arrays.stream(edges).map(row -> new long[row.length + 1]).toArray(long[][]::new);
    }
}
