package dev.streambed.cli.faults.lab;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one run.
 *
 * @param scenario its name
 * @param seed replays it, together with the name
 * @param model whether the real model embedded, instead of the stub
 * @param events acknowledged by the broker
 * @param lost see {@link dev.streambed.cli.faults.oracle.Findings}
 * @param stale see there
 * @param early see there
 * @param wrong see there
 * @param repeats see there
 * @param repeatsAllowed at most so many were in flight when something was killed; null in lines from before it was noted
 * @param unbounded samples in which a bound was passed
 * @param failures expectations of the scenario that were not met, and what kept the run from its end
 * @param killToProcessingMillis see {@link Measurements}
 * @param takeoverMillis see there; none in lines from before it was told apart
 * @param returnToSuccessMillis see there
 * @param slowedPercent see there; none in lines from before it was noted
 * @param seconds it took
 */
public record RunResult(
        String scenario,
        long seed,
        boolean model,
        int events,
        int lost,
        int stale,
        int early,
        int wrong,
        int repeats,
        @Nullable Integer repeatsAllowed,
        int unbounded,
        List<String> failures,
        List<Long> killToProcessingMillis,
        @JsonSetter(nulls = Nulls.AS_EMPTY) List<Long> takeoverMillis,
        List<Long> returnToSuccessMillis,
        @JsonSetter(nulls = Nulls.AS_EMPTY) List<Long> slowedPercent,
        double seconds) {
    public RunResult {
        failures = List.copyOf(failures);
        killToProcessingMillis = List.copyOf(killToProcessingMillis);
        takeoverMillis = List.copyOf(takeoverMillis);
        returnToSuccessMillis = List.copyOf(returnToSuccessMillis);
        slowedPercent = List.copyOf(slowedPercent);
    }

    /** Whether everything held. */
    @JsonIgnore
    public boolean isClean() {
        return lost == 0 && stale == 0 && early == 0 && wrong == 0 && unbounded == 0 && failures.isEmpty();
    }
}
