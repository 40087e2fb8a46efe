package dev.streambed.observe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static final int WINDOW = 40;
    private static final int BASELINE = 400;

    private final Random random = Vectors.seeded("BootstrapTest");
    private final Vectors vectors = new Vectors(random);

    private Baseline baseline() {
        Gathering gathering = new Gathering(Vectors.DIMENSION, WINDOW, BASELINE);
        vectors.some(BASELINE, 1).forEach(gathering::add);
        assertThat(gathering.isComplete()).isTrue();
        return gathering.finish(new Projections(Vectors.DIMENSION), "pipeline-1", "all", 0);
    }

    private List<Statistic> moved(Baseline baseline, double lean, int size) {
        Window window = new Window(baseline, new Projections(Vectors.DIMENSION), 0);
        vectors.some(size, lean).forEach(window::add);
        return window.report(0).moved();
    }

    /** One window in a thousand may be beyond; with 20 baselines and 4,000 windows, 20 are five times that. */
    @Test
    void raisesNoMoreFalseAlarmsThanItPromises() {
        int alarms = 0;
        for (int b = 0; b < 20; b++) {
            Baseline baseline = baseline();
            for (int w = 0; w < 200; w++) {
                alarms += moved(baseline, 1, WINDOW).isEmpty() ? 0 : 1;
            }
        }
        System.out.println("BootstrapTest: " + alarms + " of 4,000 windows without drift are beyond a limit");

        assertThat(alarms).isLessThan(20);
    }

    @Test
    void findsAShift() {
        assertThat(moved(baseline(), 6, WINDOW))
                .contains(Statistic.COSINE_SHIFT, Statistic.PROJECTION_PSI)
                .doesNotContain(Statistic.TOKEN_PSI, Statistic.NORM_PSI);
    }

    @Test
    void allowsASmallWindowMore() {
        Baseline baseline = baseline();
        Map<Statistic, Double> full = baseline.limitsFor(WINDOW).values();
        Map<Statistic, Double> part = baseline.limitsFor(WINDOW / 4).values();

        assertThat(baseline.limitsFor(WINDOW * 10L).window()).isEqualTo(WINDOW);
        assertThat(part)
                .allSatisfy((statistic, limit) -> assertThat(limit).isGreaterThan(full.getOrDefault(statistic, 0.0)));
    }

    @Test
    void isTheSameForTheSameSample() {
        List<Measured> sample = vectors.some(3 * WINDOW, 1);
        Scheme scheme = Scheme.of(new Projections(Vectors.DIMENSION), sample);
        List<float[]> plain = sample.stream().map(Measured::vector).toList();
        List<byte[]> bins = sample.stream().map(scheme::bins).toList();

        assertThat(new Bootstrap(Vectors.DIMENSION, scheme, plain, bins).limits(WINDOW, 7))
                .isEqualTo(new Bootstrap(Vectors.DIMENSION, scheme, plain, bins).limits(WINDOW, 7));
    }

    /** One chunk in fifty may be short, and the sample happen to have none of them. */
    @Test
    void isNotTakenInByWhatIsTooRareForItsSample() {
        Gathering gathering = new Gathering(Vectors.DIMENSION, WINDOW, BASELINE);
        vectors.some(BASELINE, 1).forEach(chunk -> gathering.add(ofTokens(chunk, 256)));
        Baseline baseline = gathering.finish(new Projections(Vectors.DIMENSION), "pipeline-1", "all", 0);

        assertThat(tokenPsi(baseline, 2)).isBetween(0.0, 0.1);
        assertThat(tokenPsi(baseline, WINDOW / 4)).isGreaterThan(0.1);
        assertThat(baseline.limitsFor(WINDOW).values()).containsEntry(Statistic.TOKEN_PSI, 0.1);
    }

    private double tokenPsi(Baseline baseline, int shortOnes) {
        Window window = new Window(baseline, new Projections(Vectors.DIMENSION), 0);
        List<Measured> chunks = vectors.some(WINDOW, 1);
        for (int i = 0; i < WINDOW; i++) {
            window.add(ofTokens(chunks.get(i), i < shortOnes ? 20 : 256));
        }
        return window.report(0).values().getOrDefault(Statistic.TOKEN_PSI, Double.NaN);
    }

    private static Measured ofTokens(Measured chunk, int tokens) {
        return new Measured(chunk.vector(), tokens, chunk.norm());
    }

    /** All values alike vary by nothing, so any other one would be beyond: it must differ by more than is negligible. */
    @Test
    void leavesRoomWhereTheBaselineNeverVaries() {
        List<Measured> sample = vectors.some(3 * WINDOW, 1).stream()
                .map(chunk -> new Measured(chunk.vector(), 256, 1))
                .toList();
        Scheme scheme = Scheme.of(new Projections(Vectors.DIMENSION), sample);

        Map<Statistic, Double> limits = new Bootstrap(
                        Vectors.DIMENSION,
                        scheme,
                        sample.stream().map(Measured::vector).toList(),
                        sample.stream().map(scheme::bins).toList())
                .limits(WINDOW, 7);

        assertThat(limits).containsEntry(Statistic.TOKEN_PSI, 0.1).containsEntry(Statistic.NORM_PSI, 0.1);
    }
}
