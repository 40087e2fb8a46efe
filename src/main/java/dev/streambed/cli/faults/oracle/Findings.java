package dev.streambed.cli.faults.oracle;

import java.util.List;

/**
 * What is wrong with a run; all zero and empty where nothing is.
 *
 * @param lost events without an answer, and documents that should be in the store and are not, or not whole
 * @param stale rows that should not be in the store: of an older version, of a deleted document, beyond the last chunk, or twice
 * @param early answers before the store acknowledged what they say
 * @param wrong answers that no promise allows: a newest change called superseded, a failure that nothing explains, answers of one event
 *     that contradict each other
 * @param repeats answers beyond the first of an event; allowed after a crash
 * @param messages a line each for what is wrong, the first ones of each kind
 */
public record Findings(int lost, int stale, int early, int wrong, int repeats, List<String> messages) {
    public Findings {
        messages = List.copyOf(messages);
    }

    /** Whether every promise was kept. */
    public boolean isClean() {
        return lost == 0 && stale == 0 && early == 0 && wrong == 0;
    }
}
