package dev.streambed.cli;

import dev.streambed.cli.bench.BenchCorpus;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every benchmark that embeds texts. */
final class CorpusOptions {
    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description = "JSON lines with a \"text\" each. Default: 400 texts of very different lengths.")
    private @Nullable Path corpus;

    @Option(names = "--documents", paramLabel = "N", description = "The first N texts only.")
    private int documents = Integer.MAX_VALUE;

    /**
     * The texts that are asked for.
     *
     * @param bench which refuses a number below 1
     * @param seed of the texts where there is no file
     */
    BenchCorpus read(BenchOptions bench, long seed) throws IOException {
        bench.requireRange("--documents", documents, Integer.MAX_VALUE);
        Path file = corpus;
        return (file == null ? BenchCorpus.mixed(seed) : BenchCorpus.read(file)).first(documents);
    }
}
