package dev.streambed.embed.remote;

import org.jspecify.annotations.Nullable;

/** Makes vectors of other people's making as long as ours: 1. */
final class UnitVectors {
    private UnitVectors() {}

    /** A vector's length; not finite where a component is not. */
    static double length(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        return Math.sqrt(squares);
    }

    /** Divides it by its length, in place; what is wrong with it, for people, where that cannot be done, else null. */
    static @Nullable String normalise(float[] vector, double length) {
        if (!Double.isFinite(length)) {
            return "a vector is not finite";
        }
        if (length == 0) {
            return "a vector is zero";
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return null;
    }
}
