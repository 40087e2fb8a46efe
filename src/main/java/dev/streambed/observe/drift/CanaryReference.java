package dev.streambed.observe.drift;

import java.util.List;

/**
 * The canary's vectors as the pipeline's model made them first. Immutable, but for arrays nobody writes to.
 *
 * @param fingerprint of the pipeline
 * @param id tells it from any other, whoever made it
 * @param madeAtMillis when
 * @param vectors one a text, empty where the pipeline refused it
 * @param limit the largest distance that is no other model
 */
@SuppressWarnings("ArrayRecordComponent") // by id
public record CanaryReference(String fingerprint, String id, long madeAtMillis, float[][] vectors, double limit)
        implements DriftEntry {
    static final String KIND = "canary";

    /**
     * The least limit. float16 in place of float32 is 2e-6 away and is no other model (DECISIONS.md); int8, another pooling or another
     * model is 0.01 or more.
     */
    static final double LEAST_LIMIT = 1e-4;

    /** How far beyond what it does by itself a model must go: a service's vectors may depend on its batches. */
    private static final double NOISE_MARGIN = 4;

    @Override
    public String key() {
        return DriftEntry.prefix(KIND, fingerprint);
    }

    /**
     * From several rounds of one model.
     *
     * @param rounds at least one; the first becomes the reference, and how far the others are from it the noise
     */
    static CanaryReference of(String fingerprint, String id, long nowMillis, List<float[][]> rounds) {
        float[][] first = rounds.get(0);
        double noise = rounds.stream()
                .mapToDouble(round -> distance(first, round))
                .max()
                .orElse(0);
        return new CanaryReference(fingerprint, id, nowMillis, first, Math.max(LEAST_LIMIT, NOISE_MARGIN * noise));
    }

    /** How far a round is from it: the mean cosine distance of the texts, 0..2. */
    double distance(float[][] round) {
        return distance(vectors, round);
    }

    private static double distance(float[][] reference, float[][] round) {
        double sum = 0;
        for (int text = 0; text < reference.length; text++) {
            sum += distance(reference[text], round[text]);
        }
        return sum / reference.length;
    }

    /** 1 where one has no vector, or one of another size. */
    private static double distance(float[] a, float[] b) {
        if (a.length != b.length) {
            return 1;
        }
        double dot = 0;
        double lengths = 0;
        double others = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            lengths += (double) a[i] * a[i];
            others += (double) b[i] * b[i];
        }
        return a.length == 0 ? 0 : Math.max(0, 1 - dot / Math.sqrt(lengths * others));
    }
}
