package dev.streambed.observe.drift;

/** What is compared between a window and the baseline. Each is 0 where the two are alike, and has no sign. */
public enum Statistic {
    /** Cosine distance between the two mean directions, 0..2. */
    CENTROID_SHIFT(0, "centroid-shift", 1e-4),
    /** Difference of the two mean pairwise cosines, 0..2: whether the vectors lie closer together, or further apart. */
    COSINE_SHIFT(1, "cosine-shift", 1e-4),
    /** Population stability index of the projections on fixed random directions, the mean of them, 0 or more. */
    PROJECTION_PSI(2, "projection-psi", 0.01),
    /** Population stability index of the tokens of a chunk. */
    TOKEN_PSI(3, "token-psi", 0.1),
    /** Population stability index of the vectors' lengths before they were made 1; absent where the embedder does not tell them. */
    NORM_PSI(4, "norm-psi", 0.1);

    /** How many there are. */
    static final int COUNT = values().length;

    private final int place;
    private final String label;
    private final double negligible;

    Statistic(int place, String label, double negligible) {
        this.place = place;
        this.label = label;
        this.negligible = negligible;
    }

    /** Where it stands in an array of all of them, from 0. */
    int place() {
        return place;
    }

    /** Its name among the metrics. */
    public String label() {
        return label;
    }

    /**
     * The least limit: below it a difference is of no interest, however sure it is. A baseline of chunks that all have 256 tokens would
     * otherwise call one of 255 drift. PSI counts as none below 0.1 among its users; that of the projections is the mean of many, of which a
     * shift moves a few.
     */
    double negligible() {
        return negligible;
    }
}
