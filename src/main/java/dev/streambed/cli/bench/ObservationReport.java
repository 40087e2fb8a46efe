package dev.streambed.cli.bench;

import java.util.List;
import java.util.Locale;

/**
 * What being observed costs; as JSON its fields are nested by these names.
 *
 * @param documents of a round
 * @param on with metrics, traces, lag and drift
 * @param off without
 * @param ratio on over off
 */
public record ObservationReport(int documents, Side on, Side off, Ratio ratio) {
    /**
     * One of the two.
     *
     * @param documentsPerSecond of each round
     * @param cpuMicros processor time of the process for a document, in each round; broker and caller are in it
     */
    public record Side(Rounds documentsPerSecond, Rounds cpuMicros) {}

    /**
     * The median of the rounds with, over that of the rounds without.
     *
     * @param observation of documents a second: 0.97 is an overhead of 3 %
     * @param cpu of the processor time
     */
    public record Ratio(double observation, double cpu) {}

    static ObservationReport of(int documents, Side on, Side off) {
        return new ObservationReport(
                documents,
                on,
                off,
                new Ratio(
                        on.documentsPerSecond().median()
                                / off.documentsPerSecond().median(),
                        on.cpuMicros().median() / off.cpuMicros().median()));
    }

    /** For people, a line each. */
    public List<String> lines() {
        return List.of(
                line("documents a second, observed", on.documentsPerSecond()),
                line("documents a second, not observed", off.documentsPerSecond()),
                line("processor time of a document, us, observed", on.cpuMicros()),
                line("processor time of a document, us, not observed", off.cpuMicros()),
                format("%-48s %10.3f", "documents a second, observed / not", ratio.observation()),
                format("%-48s %10.3f", "processor time, observed / not", ratio.cpu()));
    }

    private static String line(String what, Rounds rounds) {
        return format("%-48s %10.1f   %s", what, rounds.median(), rounds.inWords());
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
