package dev.streambed.observe.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * A baseline in the making: the sum of all vectors, and a reservoir of some, for the bins and for the bootstrap (algorithm R: each vector
 * is in it with the same probability). Holds {@value #SAMPLE_WINDOWS} windows of vectors at most. Owned by the drift thread.
 */
final class Gathering {
    /** So that a drawn window has twice as many to be compared with. */
    static final int SAMPLE_WINDOWS = 3;

    /** A window that has waited for long is judged when it has a quarter. */
    private static final int PART = 4;

    private static final long SEED = 1;

    private final int dimension;
    private final int window;
    private final int wanted;
    private final List<Measured> reservoir = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final double[] sum;
    private long vectors;
    private double tokens;
    private double norms;
    private long withNorm;

    /**
     * @param window size of a full window
     * @param wanted vectors of the baseline, twice the window at least
     */
    Gathering(int dimension, int window, int wanted) {
        this.dimension = dimension;
        this.window = window;
        this.wanted = wanted;
        this.sum = new double[dimension];
    }

    void add(Measured chunk) {
        for (int i = 0; i < dimension; i++) {
            sum[i] += chunk.vector()[i];
        }
        vectors++;
        tokens += chunk.tokens();
        if (Float.isFinite(chunk.norm())) {
            norms += chunk.norm();
            withNorm++;
        }
        if (reservoir.size() < SAMPLE_WINDOWS * window) {
            reservoir.add(chunk);
        } else {
            long at = random.nextLong(vectors);
            if (at < reservoir.size()) {
                reservoir.set((int) at, chunk);
            }
        }
    }

    boolean isComplete() {
        return vectors >= wanted;
    }

    /** The part of it that is there, 0..1. */
    double progress() {
        return Math.min(1, (double) vectors / wanted);
    }

    /** Vectors it keeps. */
    int kept() {
        return reservoir.size();
    }

    /** Whether it keeps such a one. */
    boolean keeps(Predicate<Measured> wanted) {
        return reservoir.stream().anyMatch(wanted);
    }

    /** Makes the baseline, bins and limits included: a second or more of arithmetic. */
    Baseline finish(Projections projections, String fingerprint, String tenant, long nowMillis) {
        Scheme scheme = Scheme.of(projections, reservoir);
        Bootstrap bootstrap = new Bootstrap(
                dimension,
                scheme,
                reservoir.stream().map(Measured::vector).toList(),
                reservoir.stream().map(scheme::bins).toList());
        return new Baseline(
                fingerprint,
                tenant,
                UUID.randomUUID().toString(),
                nowMillis,
                vectors,
                sum,
                scheme.edges(),
                bootstrap.all().counts(),
                tokens / vectors,
                withNorm == 0 ? Double.NaN : norms / withNorm,
                List.of(
                        new Limits(window, bootstrap.limits(window, SEED)),
                        new Limits(window / PART, bootstrap.limits(window / PART, SEED))));
    }
}
