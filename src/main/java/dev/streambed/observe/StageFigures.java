package dev.streambed.observe;

import java.util.Set;

/**
 * A stage at this moment, for whoever shows it inside the process.
 *
 * @param stage {@code embed} or {@code index}
 * @param holds why it waits; empty where it does not
 * @param oldestSeconds how long the oldest event without an answer has been in flight here; 0 where there is none
 */
public record StageFigures(String stage, Set<HoldCode> holds, double oldestSeconds) {
    public StageFigures {
        holds = Set.copyOf(holds);
    }
}
