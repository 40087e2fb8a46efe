package dev.streambed.cli.publish;

import dev.streambed.completion.Outcome;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of a run.
 *
 * @param published events that the broker acknowledged
 * @param unsent lines that could not be sent
 * @param missing events without an outcome, where outcomes were awaited
 * @param outcomes how many of each; those of zero are left out
 * @param seconds from the first send to the last outcome (or acknowledgement, where outcomes were not awaited)
 * @param latency from send to outcome, of all together, or null where there is none
 * @param latencies the same, of each outcome
 */
public record PublishResult(
        long published,
        long unsent,
        long missing,
        Map<Outcome, Long> outcomes,
        double seconds,
        @Nullable Latency latency,
        Map<Outcome, Latency> latencies) {
    /** Milliseconds. */
    public record Latency(double p50, double p90, double p99) {}

    /** Outcomes (or acknowledgements) a second; 0 where nothing was published. */
    public double documentsPerSecond() {
        long done = outcomes.isEmpty()
                ? published - missing
                : outcomes.values().stream().mapToLong(Long::longValue).sum();
        return seconds == 0 ? 0 : done / seconds;
    }

    /** Whether every line was sent, and every outcome came and is a wanted or an allowed one. */
    public boolean isDone(Set<Outcome> allowed) {
        return unsent == 0
                && missing == 0
                && outcomes.keySet().stream().allMatch(outcome -> outcome.isDone() || allowed.contains(outcome));
    }
}
