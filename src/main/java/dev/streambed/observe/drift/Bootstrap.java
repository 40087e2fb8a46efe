package dev.streambed.observe.drift;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How far a window is from a baseline where nothing has changed: windows are drawn from the baseline's own sample without replacement,
 * {@value #ROUNDS} times, and each is compared with the rest of the sample. The rest is smaller than the baseline, so a limit found
 * here is rather too wide than too narrow.
 *
 * <p>All statistics of a window are tested at once, so it is their largest that must stay below the limit, each in its own standard
 * deviations (Westfall and Young's max-T): the limit of each is {@code mean + c * deviation} with one {@code c}, the
 * {@value #LEVEL} quantile of the largest. That corrects for their number, and for how they hang together, where Bonferroni's division would
 * need a quantile that so many rounds do not have.
 */
final class Bootstrap {
    static final int ROUNDS = 4_000;
    static final double LEVEL = 0.999;

    private final List<float[]> vectors;
    private final List<byte[]> bins;
    private final Tally all;
    private final Tally window;
    private final Tally rest;

    /**
     * @param vectors a sample of the baseline
     * @param bins of each, by the scheme
     */
    Bootstrap(int dimension, Scheme scheme, List<float[]> vectors, List<byte[]> bins) {
        this.vectors = vectors;
        this.bins = bins;
        this.all = new Tally(dimension, scheme);
        this.window = new Tally(dimension, scheme);
        this.rest = new Tally(dimension, scheme);
        for (int i = 0; i < vectors.size(); i++) {
            all.add(vectors.get(i), bins.get(i));
        }
    }

    /** The sample. */
    Tally all() {
        return all;
    }

    /**
     * The largest distances that are chance, for windows of a size. A statistic that is not known has none.
     *
     * @param size 2 or more, less than the sample
     */
    Map<Statistic, Double> limits(int size, long seed) {
        double[][] distances = distances(size, new SplittableRandom(seed));
        int statistics = Statistic.COUNT;
        double[] mean = new double[statistics];
        double[] deviation = new double[statistics];
        for (int s = 0; s < statistics; s++) {
            int statistic = s;
            mean[s] =
                    Arrays.stream(distances).mapToDouble(row -> row[statistic]).sum() / ROUNDS;
            double squares = Arrays.stream(distances)
                    .mapToDouble(row -> (row[statistic] - mean[statistic]) * (row[statistic] - mean[statistic]))
                    .sum();
            deviation[s] = Math.sqrt(squares / (ROUNDS - 1));
        }
        double widths = quantile(Arrays.stream(distances)
                .mapToDouble(row -> largest(row, mean, deviation))
                .toArray());
        Map<Statistic, Double> limits = new EnumMap<>(Statistic.class);
        for (Statistic statistic : Statistic.values()) {
            double limit = mean[statistic.place()] + widths * deviation[statistic.place()];
            if (!Double.isNaN(limit)) {
                limits.put(statistic, Math.max(limit, statistic.negligible()));
            }
        }
        return limits;
    }

    private double[][] distances(int size, SplittableRandom random) {
        int[] order = IntStream.range(0, vectors.size()).toArray();
        double[][] distances = new double[ROUNDS][];
        for (int round = 0; round < ROUNDS; round++) {
            window.clear();
            for (int i = 0; i < size; i++) {
                int swap = random.nextInt(i, order.length);
                int drawn = order[swap];
                order[swap] = order[i];
                order[i] = drawn;
                window.add(vectors.get(drawn), bins.get(drawn));
            }
            rest.setDifference(all, window);
            distances[round] = rest.distances(window);
        }
        return distances;
    }

    /** In standard deviations above the mean; what never varies (and what is not known) says nothing. */
    private static double largest(double[] distances, double[] mean, double[] deviation) {
        double largest = 0;
        for (int s = 0; s < distances.length; s++) {
            if (deviation[s] > 0) {
                largest = Math.max(largest, (distances[s] - mean[s]) / deviation[s]);
            }
        }
        return largest;
    }

    /** The rank that one more draw exceeds with a probability of 1 - {@value #LEVEL}. */
    private static double quantile(double[] values) {
        Arrays.sort(values);
        return values[(int) Math.ceil(LEVEL * (values.length + 1)) - 1];
    }
}
