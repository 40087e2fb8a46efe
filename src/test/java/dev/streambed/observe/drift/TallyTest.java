package dev.streambed.observe.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The streaming statistics against the same from all vectors at once. */
class TallyTest {
    private static final int DIMENSION = Vectors.DIMENSION;

    private final Random random = Vectors.seeded("TallyTest");
    private final Vectors vectors = new Vectors(random);
    private final List<Measured> baseline = vectors.some(200 + random.nextInt(200), 2);
    private final List<Measured> window = vectors.some(60 + random.nextInt(60), 1);
    private final Scheme scheme = Scheme.of(new Projections(DIMENSION), baseline);
    private final double[] distances = tally(baseline).distances(tally(window));

    private Tally tally(List<Measured> chunks) {
        Tally tally = new Tally(DIMENSION, scheme);
        chunks.forEach(chunk -> tally.add(chunk.vector(), scheme.bins(chunk)));
        return tally;
    }

    @Test
    void hasTheMeanOfAllPairsCosinesFromTheSumAlone() {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < window.size(); i++) {
            for (int j = 0; j < i; j++) {
                sum += dot(window.get(i).vector(), window.get(j).vector());
                pairs++;
            }
        }

        assertThat(tally(window).meanPairwiseCosine()).isCloseTo(sum / pairs, within(1e-6));
        assertThat(distances[Statistic.COSINE_SHIFT.place()])
                .isCloseTo(Math.abs(sum / pairs - tally(baseline).meanPairwiseCosine()), within(1e-6));
    }

    @Test
    void hasTheCosineDistanceOfTheMeanDirections() {
        double[] a = mean(baseline);
        double[] b = mean(window);
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < DIMENSION; i++) {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }

        assertThat(distances[Statistic.CENTROID_SHIFT.place()])
                .isCloseTo(1 - dot / Math.sqrt(aa) / Math.sqrt(bb), within(1e-6));
    }

    @Test
    void hasThePopulationStabilityIndexOfTokensNormsAndProjections() {
        assertThat(distances[Statistic.TOKEN_PSI.place()]).isCloseTo(psi(Measured::tokens), within(1e-9));
        assertThat(distances[Statistic.NORM_PSI.place()]).isCloseTo(psi(Measured::norm), within(1e-9));
        double sum = 0;
        for (int k = 0; k < Projections.COUNT; k++) {
            int direction = k;
            sum += psi(chunk -> new Projections(DIMENSION).of(chunk.vector())[direction]);
        }
        assertThat(distances[Statistic.PROJECTION_PSI.place()]).isCloseTo(sum / Projections.COUNT, within(1e-9));
    }

    /** Straight from the definition: the deciles of the baseline, the shares of both, a hundredth added to each. */
    private double psi(ToDoubleFunction<Measured> figure) {
        double[] sorted = baseline.stream().mapToDouble(figure).sorted().toArray();
        List<Double> edges = new ArrayList<>();
        for (int decile = 1; decile < 10; decile++) {
            double edge = sorted[decile * sorted.length / 10];
            if (!edges.contains(edge)) {
                edges.add(edge);
            }
        }
        edges.add(Double.POSITIVE_INFINITY);
        double psi = 0;
        double below = Double.NEGATIVE_INFINITY;
        for (double edge : edges) {
            double p = share(baseline, figure, below, edge, edges.size());
            double q = share(window, figure, below, edge, edges.size());
            psi += (q - p) * Math.log(q / p);
            below = edge;
        }
        return psi;
    }

    private static double share(
            List<Measured> chunks, ToDoubleFunction<Measured> figure, double above, double upTo, int bins) {
        long in = chunks.stream()
                .mapToDouble(figure)
                .filter(value -> value > above && value <= upTo)
                .count();
        return ((double) in / chunks.size() + 0.01) / (1 + 0.01 * bins);
    }

    @Test
    void isNoDistanceFromItself() {
        double[] none = tally(baseline).distances(tally(baseline));

        for (double distance : none) {
            assertThat(distance).isCloseTo(0, within(1e-9));
        }
    }

    @Test
    void isTheRestOfAWholeWithoutAPart() {
        Tally whole = tally(baseline);
        Tally rest = new Tally(DIMENSION, scheme);
        rest.setDifference(whole, tally(baseline.subList(0, 50)));

        double[] distance = rest.distances(tally(baseline.subList(50, baseline.size())));

        assertThat(rest.vectors()).isEqualTo(baseline.size() - 50);
        for (double statistic : distance) {
            assertThat(statistic).isCloseTo(0, within(1e-9));
        }
    }

    @Test
    void knowsNothingOfNormsThatNobodyTells() {
        List<Measured> silent = baseline.stream()
                .map(chunk -> new Measured(chunk.vector(), chunk.tokens(), Float.NaN))
                .toList();
        Scheme withoutNorms = Scheme.of(new Projections(DIMENSION), silent);
        Tally tally = new Tally(DIMENSION, withoutNorms);
        silent.forEach(chunk -> tally.add(chunk.vector(), withoutNorms.bins(chunk)));

        assertThat(tally.distances(tally)[Statistic.NORM_PSI.place()]).isNaN();
        assertThat(tally.distances(tally)[Statistic.TOKEN_PSI.place()]).isZero();
    }

    @Test
    void tellsAFullWindowOfTokensFromAShorterOne() {
        double[] edges = Bins.edges(new double[] {256, 256, 256, 256, 256, 256, 256, 256, 256, 256});

        assertThat(Bins.place(edges, 255)).isLessThan(Bins.place(edges, 256));
        assertThat(Bins.place(edges, 257)).isGreaterThan(Bins.place(edges, 256));
    }

    private static double[] mean(List<Measured> chunks) {
        double[] mean = new double[DIMENSION];
        for (Measured chunk : chunks) {
            for (int i = 0; i < DIMENSION; i++) {
                mean[i] += chunk.vector()[i] / (double) chunks.size();
            }
        }
        return mean;
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }
}
