package dev.streambed.embed;

import dev.streambed.embed.batch.BatchOptions;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.ModelDirectory;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.Placement;
import dev.streambed.embed.model.Prefixes;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link OnnxEmbeddingEngine} is made of.
 *
 * @param modelDirectory in the layout of sentence-transformers; null = the bundled all-MiniLM-L6-v2
 * @param placement where the model runs
 * @param chunk how to cut texts
 * @param slots batches that run at a time; 0 = one a processor on a CPU, two on a GPU (one runs, one is prepared)
 * @param tokenBudget most cells of a batch; 0 = by what batches take: 64 to 256 on a CPU, 16,384 to 131,072 on a GPU
 * @param batchLatency what a batch should take at most; of matter only where the budget is 0
 * @param batchTimeout how long a batch may be in the model before the engine calls itself stuck
 * @param tokenizerThreads threads that cut texts; 0 = one on a CPU, and on a GPU all processors but two
 * @param prefixes put before texts
 */
public record EngineOptions(
        @Nullable Path modelDirectory,
        Placement placement,
        ChunkOptions chunk,
        int slots,
        int tokenBudget,
        Duration batchLatency,
        Duration batchTimeout,
        int tokenizerThreads,
        Prefixes prefixes) {

    /** The bundled model with everything as it comes. */
    public static final EngineOptions DEFAULT = new EngineOptions(
            null,
            Placement.AUTO,
            ChunkOptions.DEFAULT,
            0,
            0,
            Duration.ofMillis(100),
            Duration.ofMinutes(2),
            0,
            Prefixes.OF_THE_MODEL);

    public EngineOptions {
        if (slots < 0
                || tokenBudget < 0
                || batchLatency.toMillis() < 1
                || batchTimeout.toMillis() < 1
                || tokenizerThreads < 0) {
            throw new IllegalArgumentException("slots are " + slots + " (0 or more), the token budget " + tokenBudget
                    + " (0 or more), the batch latency " + batchLatency + " (1 ms or more), the batch timeout "
                    + batchTimeout + " (1 ms or more), tokenizer threads "
                    + tokenizerThreads + " (0 or more)");
        }
    }

    /**
     * The model's files, with these prefixes.
     *
     * @throws dev.streambed.embed.model.ModelException where the directory cannot be read
     */
    public ModelFiles files() {
        return prefixes.in(modelDirectory == null ? BundledModel.files() : ModelDirectory.read(modelDirectory));
    }

    /** Batches that run at a time on this device. */
    public int slotsOn(Device where) {
        return slots > 0
                ? slots
                : where == Device.CUDA ? 2 : Runtime.getRuntime().availableProcessors();
    }

    /** Threads that cut texts for this device: a CPU's cores belong to the model, a GPU starves without them. */
    public int tokenizerThreadsOn(Device where) {
        if (tokenizerThreads > 0) {
            return tokenizerThreads;
        }
        return where == Device.CUDA ? Math.max(1, Runtime.getRuntime().availableProcessors() - 2) : 1;
    }

    /** How batches are cut on this device. */
    public BatchOptions batchingOn(Device where) {
        BatchOptions batching = where == Device.CUDA ? BatchOptions.GPU : BatchOptions.CPU;
        return tokenBudget > 0 ? batching.withTokenBudget(tokenBudget) : batching.withLatencyBound(batchLatency);
    }

    /** The same, with other chunking. */
    public EngineOptions withChunk(ChunkOptions other) {
        return new EngineOptions(
                modelDirectory,
                placement,
                other,
                slots,
                tokenBudget,
                batchLatency,
                batchTimeout,
                tokenizerThreads,
                prefixes);
    }

    /** The same, with another budget. */
    public EngineOptions withTokenBudget(int tokens) {
        return new EngineOptions(
                modelDirectory,
                placement,
                chunk,
                slots,
                tokens,
                batchLatency,
                batchTimeout,
                tokenizerThreads,
                prefixes);
    }

    /** The same, with so many threads that cut texts. */
    public EngineOptions withTokenizerThreads(int threads) {
        return new EngineOptions(
                modelDirectory, placement, chunk, slots, tokenBudget, batchLatency, batchTimeout, threads, prefixes);
    }

    /** The same, with a model directory. */
    public EngineOptions withModelDirectory(Path directory) {
        return new EngineOptions(
                directory,
                placement,
                chunk,
                slots,
                tokenBudget,
                batchLatency,
                batchTimeout,
                tokenizerThreads,
                prefixes);
    }

    /** The same, with other prefixes. */
    public EngineOptions withPrefixes(Prefixes other) {
        return new EngineOptions(
                modelDirectory,
                placement,
                chunk,
                slots,
                tokenBudget,
                batchLatency,
                batchTimeout,
                tokenizerThreads,
                other);
    }
}
