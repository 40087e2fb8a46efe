package dev.streambed.observe.drift;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Vectors about a direction, as texts of one kind have them. */
final class Vectors {
    static final int DIMENSION = 24;

    private final Random random;

    Vectors(Random random) {
        this.random = random;
    }

    /** A new seed, or the one that {@code -Dstreambed.seed} names, printed. */
    static Random seeded(String test) {
        long seed = Long.getLong("streambed.seed", System.nanoTime());
        System.out.println(test + " -Dstreambed.seed=" + seed);
        return new Random(seed);
    }

    /**
     * @param lean how far they lean to the first component: another number is another kind of text
     */
    Measured one(double lean) {
        float[] vector = new float[DIMENSION];
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (random.nextGaussian() + (i == 0 ? lean : 0));
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return new Measured(vector, 20 + random.nextInt(200), (float) (3 + random.nextDouble()));
    }

    List<Measured> some(int count, double lean) {
        return Stream.generate(() -> one(lean)).limit(count).toList();
    }
}
