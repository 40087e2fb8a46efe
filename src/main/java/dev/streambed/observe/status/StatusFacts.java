package dev.streambed.observe.status;

import dev.streambed.observe.lag.LagGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the meters do not tell of a process, for it does not change: names and bounds.
 *
 * @param version of the jar, or null
 * @param name what tells it from others of its pipeline, or null
 * @param startedAtMillis since the epoch
 * @param groups those of this process's roles, EMBED first
 * @param storeType {@code milvus} or {@code memory}
 * @param callsAtOnce {@code index.calls-in-flight}
 * @param rowsPerCall {@code index.rows-per-call}
 */
public record StatusFacts(
        @Nullable String version,
        @Nullable String name,
        String pipeline,
        long startedAtMillis,
        List<LagGroup> groups,
        String storeType,
        int callsAtOnce,
        int rowsPerCall) {
    public StatusFacts {
        groups = List.copyOf(groups);
    }
}
