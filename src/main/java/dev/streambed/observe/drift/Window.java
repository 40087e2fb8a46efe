package dev.streambed.observe.drift;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** The vectors since the last window closed, as sums. Owned by the drift thread. */
final class Window {
    /** Of its least time: then a window that is not full is judged as it is. */
    static final int PATIENCE = 24;

    private final Baseline baseline;
    private final Scheme scheme;
    private final Tally tally;
    private final long openedAtMillis;
    private double tokens;
    private double norms;
    private long withNorm;

    Window(Baseline baseline, Projections projections, long nowMillis) {
        this.baseline = baseline;
        this.scheme = new Scheme(projections, baseline.edges());
        this.tally = new Tally(baseline.sum().length, scheme);
        this.openedAtMillis = nowMillis;
    }

    void add(Measured chunk) {
        tally.add(chunk.vector(), scheme.bins(chunk));
        tokens += chunk.tokens();
        if (Float.isFinite(chunk.norm())) {
            norms += chunk.norm();
            withNorm++;
        }
    }

    long vectors() {
        return tally.vectors();
    }

    /**
     * Whether it is to be judged: it is full and as old as a window must be, or it is {@value #PATIENCE} times as old and full enough.
     * Without the least age a busy pipeline would test every second, and find something by chance every hour.
     */
    boolean isDue(long nowMillis, Duration time) {
        long age = nowMillis - openedAtMillis;
        return (vectors() >= baseline.window() && age >= time.toMillis())
                || (vectors() >= baseline.smallestWindow() && age >= time.toMillis() * PATIENCE);
    }

    /** What it says; to be asked once it is due. */
    WindowReport report(long nowMillis) {
        double[] distances = baseline.tally().distances(tally);
        Map<Statistic, Double> values = new EnumMap<>(Statistic.class);
        for (Statistic statistic : Statistic.values()) {
            if (!Double.isNaN(distances[statistic.place()])) {
                values.put(statistic, distances[statistic.place()]);
            }
        }
        return new WindowReport(
                nowMillis,
                vectors(),
                values,
                baseline.limitsFor(vectors()).values(),
                tally.meanPairwiseCosine(),
                tokens / vectors(),
                withNorm == 0 ? Double.NaN : norms / withNorm);
    }
}
