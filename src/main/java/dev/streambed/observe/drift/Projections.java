package dev.streambed.observe.drift;

import java.util.Random;

/**
 * Vectors on {@value #COUNT} fixed random directions: what any shift of a distribution shows in, one number each. The directions are of
 * +1 and -1, drawn by the generator that {@link Random} specifies to the bit, so that every process and every Java has the same, and
 * the edges of a stored baseline mean what they meant. Another count or seed is another {@link DriftCodec#FORMAT}. Immutable.
 */
final class Projections {
    static final int COUNT = 16;
    private static final long SEED = 0x5354_5245_414DL;

    private final int dimension;

    /** Component by component, the directions side by side: so the inner loop has no sum to carry, and runs in vector registers. */
    private final float[] signs;

    Projections(int dimension) {
        this.dimension = dimension;
        this.signs = new float[dimension * COUNT];
        Random random = new Random(SEED);
        for (int i = 0; i < signs.length; i++) {
            signs[i] = random.nextBoolean() ? 1 : -1;
        }
    }

    /** The projections of a vector, {@value #COUNT} of them. */
    float[] of(float[] vector) {
        float[] projected = new float[COUNT];
        for (int i = 0; i < dimension; i++) {
            float component = vector[i];
            int row = i * COUNT;
            for (int k = 0; k < COUNT; k++) {
                projected[k] += component * signs[row + k];
            }
        }
        return projected;
    }
}
