package dev.streambed.cli.faulty;

import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.Precision;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A model without arithmetic: a vector drawn from the token ids as from a seed, so that equal texts have equal vectors and others do
 * not, after as long as a model of the given rate would take. Immutable; any thread.
 *
 * @param tokensPerSecond of each slot, padding included; 0: as fast as it goes
 */
public record StubModel(long tokensPerSecond) implements EmbeddingModel {
    private static final int DIMENSION = 384;

    public StubModel {
        if (tokensPerSecond < 0) {
            throw new IllegalArgumentException("tokens a second are " + tokensPerSecond + "; 0 or more");
        }
    }

    @Override
    public BatchModel newRunner() {
        return this::embed;
    }

    private float[][] embed(List<int[]> sequences) {
        if (tokensPerSecond > 0) {
            int width = sequences.stream().mapToInt(ids -> ids.length).max().orElse(0);
            compute((long) width * sequences.size() * TimeUnit.SECONDS.toNanos(1) / tokensPerSecond);
        }
        return sequences.stream().map(StubModel::vector).toArray(float[][]::new);
    }

    /** Takes the time that the arithmetic would take. */
    private static void compute(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static float[] vector(int[] ids) {
        long seed = 1;
        for (int id : ids) {
            seed = 31 * seed + id;
        }
        SplittableRandom random = new SplittableRandom(seed);
        float[] vector = new float[DIMENSION];
        double squares = 0;
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) (random.nextDouble() - 0.5);
            squares += vector[i] * vector[i];
        }
        float length = (float) Math.sqrt(squares);
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] /= length;
        }
        return vector;
    }

    @Override
    public int dimension() {
        return DIMENSION;
    }

    @Override
    public Device device() {
        return Device.CPU;
    }

    @Override
    public Precision precision() {
        return Precision.FP32;
    }

    @Override
    public String sha256() {
        return "stub-1";
    }

    @Override
    public void close() {}
}
