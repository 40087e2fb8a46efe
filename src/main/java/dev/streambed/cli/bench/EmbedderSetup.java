package dev.streambed.cli.bench;

import dev.streambed.embed.EngineOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be measured of the embedder alone.
 *
 * @param corpus what is embedded, over and over
 * @param options the engine's; its budget is of no matter
 * @param budgets padded tokens of a batch to try, at least one
 * @param tokenizerThreads how many to try, at least one
 * @param each how long each rate is measured
 * @param singles how often a single text is embedded alone
 * @param memoryBytes to run out of, or 0 for no such try
 * @param reference JSON lines with a text and its vector, or null
 */
public record EmbedderSetup(
        BenchCorpus corpus,
        EngineOptions options,
        List<Integer> budgets,
        List<Integer> tokenizerThreads,
        Duration each,
        int singles,
        long memoryBytes,
        @Nullable Path reference) {
    public EmbedderSetup {
        budgets = List.copyOf(budgets);
        tokenizerThreads = List.copyOf(tokenizerThreads);
    }
}
