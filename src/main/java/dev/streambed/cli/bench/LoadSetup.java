package dev.streambed.cli.bench;

import java.util.List;
import java.util.Set;

/**
 * What is to be measured under load.
 *
 * @param parts at least one
 * @param corpus the documents of {@link LoadPart#LOAD10} and {@link LoadPart#BACKLOG}
 * @param configs of the pipelines
 * @param rounds of {@link LoadPart#LARGE} and {@link LoadPart#SCALE}, 1 or more
 * @param loadSeconds how long each latency is measured, 1 or more
 * @param backlog documents in the bulk lane
 * @param chunks of the large document
 * @param scale numbers of short documents, at least one
 * @param seed of moments and texts
 */
public record LoadSetup(
        Set<LoadPart> parts,
        BenchCorpus corpus,
        PipelineConfigs configs,
        int rounds,
        int loadSeconds,
        int backlog,
        int chunks,
        List<Integer> scale,
        long seed) {
    public LoadSetup {
        parts = Set.copyOf(parts);
        scale = List.copyOf(scale);
    }
}
