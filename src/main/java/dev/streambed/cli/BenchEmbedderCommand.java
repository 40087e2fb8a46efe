package dev.streambed.cli;

import dev.streambed.cli.bench.BenchCorpus;
import dev.streambed.cli.bench.EmbedderBench;
import dev.streambed.cli.bench.EmbedderReport;
import dev.streambed.cli.bench.EmbedderSetup;
import dev.streambed.cli.service.Services;
import io.airlift.units.DataSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The embedder alone. */
@Command(
        name = "embedder",
        description = {
            "Measure the embedder alone, with no Kafka and no store: tokens a second by budget, sessions and slots; one text alone; how",
            "many tokenizer threads feed it; whether a vector depends on its batch. The model and its device come from the configuration,",
            "e.g. --set model.directory=DIR --set model.device=cuda."
        })
final class BenchEmbedderCommand implements Callable<Integer> {
    private static final int MOST_TOKENS = 1 << 20;

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Mixin
    private BenchOptions bench = new BenchOptions();

    @Mixin
    private CorpusOptions corpus = new CorpusOptions();

    @Option(
            names = "--budgets",
            split = ",",
            paramLabel = "N",
            description = "Padded tokens of a batch to try, with commas between. Default: ${DEFAULT-VALUE}.")
    private List<Integer> budgets = List.of(256, 2048, 16_384);

    @Option(
            names = "--tokenizer-threads",
            split = ",",
            paramLabel = "N",
            description = "How many to try, with commas between. Default: ${DEFAULT-VALUE}.")
    private List<Integer> tokenizerThreads = List.of(1, 2);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long each rate is measured. Default: ${DEFAULT-VALUE}.")
    private int seconds = 3;

    @Option(
            names = "--singles",
            paramLabel = "N",
            description = "How often one text is embedded alone. Default: ${DEFAULT-VALUE}.")
    private int singles = 400;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "On CUDA: run out of so little memory, and see every text embedded all the same.")
    private @Nullable String memory;

    @Option(
            names = "--reference",
            paramLabel = "FILE",
            description = "JSON lines with a \"text\" and its \"vector\" to compare with.")
    private @Nullable Path reference;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the texts. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    BenchEmbedderCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        bench.requireRange("--seconds", seconds, 3600);
        bench.requireRange("--singles", singles, 1_000_000);
        budgets.forEach(budget -> bench.requireRange("--budgets", budget, MOST_TOKENS));
        tokenizerThreads.forEach(threads -> bench.requireRange("--tokenizer-threads", threads, 256));
        BenchCorpus texts = corpus.read(bench, seed);
        EmbedderReport report = EmbedderBench.run(
                new EmbedderSetup(
                        texts,
                        Services.engineOptions(options.load(console).config()),
                        budgets,
                        tokenizerThreads,
                        Duration.ofSeconds(seconds),
                        singles,
                        memoryBytes(),
                        reference),
                console.err()::println);
        bench.print(console, report.lines(), report);
        return 0;
    }

    private long memoryBytes() {
        String size = memory;
        try {
            return size == null ? 0 : DataSize.valueOf(size).toBytes();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--memory is " + size + "; a size is needed, such as 600MB", e);
        }
    }
}
