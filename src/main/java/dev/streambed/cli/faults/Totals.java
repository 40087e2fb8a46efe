package dev.streambed.cli.faults;

import dev.streambed.cli.faults.lab.RunResult;
import java.util.Collection;
import java.util.Objects;

/**
 * The sums of several runs; also the last line of {@code --json}.
 *
 * @param seed the first one
 * @param wrong see {@link dev.streambed.cli.faults.oracle.Findings}
 * @param repeatsAllowed see {@link RunResult}; of the runs that noted it
 * @param unbounded see {@link RunResult}
 * @param failed runs in which something did not hold
 */
public record Totals(
        long seed,
        int runs,
        int events,
        int lost,
        int stale,
        int early,
        int repeats,
        int repeatsAllowed,
        int wrong,
        int unbounded,
        int failed) {
    /** Adds them up. */
    public static Totals of(long seed, Collection<RunResult> results) {
        return new Totals(
                seed,
                results.size(),
                results.stream().mapToInt(RunResult::events).sum(),
                results.stream().mapToInt(RunResult::lost).sum(),
                results.stream().mapToInt(RunResult::stale).sum(),
                results.stream().mapToInt(RunResult::early).sum(),
                results.stream().mapToInt(RunResult::repeats).sum(),
                results.stream()
                        .map(RunResult::repeatsAllowed)
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .sum(),
                results.stream().mapToInt(RunResult::wrong).sum(),
                results.stream().mapToInt(RunResult::unbounded).sum(),
                (int) results.stream().filter(result -> !result.isClean()).count());
    }
}
