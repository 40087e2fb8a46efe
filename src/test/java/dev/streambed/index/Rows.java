package dev.streambed.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Rows for tests. */
public final class Rows {
    private Rows() {}

    /** A document of so many chunks; vectors random but of length 1. */
    public static List<Row> document(String documentId, long version, int chunks, int dimension, Random random) {
        var rows = new ArrayList<Row>();
        for (int chunk = 0; chunk < chunks; chunk++) {
            rows.add(row(
                    documentId, version, chunk, "chunk " + chunk + " of version " + version, unit(dimension, random)));
        }
        return rows;
    }

    public static Row row(String documentId, long version, int chunk, String text, float[] vector) {
        return new Row(
                Row.idOf(documentId, chunk), documentId, chunk, version, null, text, Map.of("v", version), vector);
    }

    /** A random direction. */
    public static float[] unit(int dimension, Random random) {
        var vector = new float[dimension];
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < dimension; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return vector;
    }
}
