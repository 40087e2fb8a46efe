package dev.streambed.cli;

import dev.streambed.cli.bench.BenchCorpus;
import dev.streambed.cli.bench.LoadBench;
import dev.streambed.cli.bench.LoadPart;
import dev.streambed.cli.bench.LoadReport;
import dev.streambed.cli.bench.LoadSetup;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The pipeline under loads that last. */
@Command(
        name = "load",
        description = {
            "Measure the pipeline under load, with a Kafka broker in this process and a store that costs nothing: one document at a tenth of",
            "what the model alone can do (load10); interactive documents beside a bulk backlog (backlog); short documents beside one of",
            "thousands of chunks, and memory (large); the rate of few and of many short documents with a model that takes no time, and",
            "memory (scale). Latencies are of documents sent at random moments, whether or not those before are answered."
        })
final class BenchLoadCommand implements Callable<Integer> {
    private static final int MOST_DOCUMENTS = 10_000_000;
    private static final int MOST_CHUNKS = 4096;

    private final Console console;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Mixin
    private BenchOptions bench = new BenchOptions();

    @Mixin
    private CorpusOptions corpus = new CorpusOptions();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description =
                    "load10, backlog (these two with --corpus), large, scale, with commas between. Default: all of them.")
    private Set<LoadPart> only = EnumSet.allOf(LoadPart.class);

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of large and scale. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(
            names = "--load-seconds",
            paramLabel = "N",
            description = "How long each latency is measured. Default: ${DEFAULT-VALUE}.")
    private int loadSeconds = 60;

    @Option(
            names = "--backlog",
            paramLabel = "N",
            description = "Documents in the bulk lane; they must outlast the measurement. Default: ${DEFAULT-VALUE}.")
    private int backlog = 50_000;

    @Option(
            names = "--chunks",
            paramLabel = "N",
            description = "Chunks of the large document. Default: ${DEFAULT-VALUE}.")
    private int chunks = 4000;

    @Option(
            names = "--scale",
            split = ",",
            paramLabel = "N",
            description = {
                "Numbers of short documents, with commas between. Default: ${DEFAULT-VALUE}. A million takes",
                "some 3 GB in the temporary directory, each round."
            })
    private List<Integer> scale = List.of(10_000, 100_000);

    @Option(names = "--seed", paramLabel = "N", description = "Seed of texts and moments. Default: a new one, printed.")
    private @Nullable Long seed;

    BenchLoadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        bench.requireRange("--rounds", rounds, 1000);
        bench.requireRange("--load-seconds", loadSeconds, 3600);
        bench.requireRange("--backlog", backlog, MOST_DOCUMENTS);
        bench.requireRange("--chunks", chunks, MOST_CHUNKS);
        scale.forEach(size -> bench.requireRange("--scale", size, MOST_DOCUMENTS));
        long chosen = seed != null ? seed : new Random().nextInt(1_000_000_000);
        BenchCorpus texts = corpus.read(bench, chosen);
        console.err().println("seed " + chosen);
        bench.withBroker((broker, directory) -> {
            BenchConfigs configs = new BenchConfigs(console, options, broker, directory);
            LoadReport report = LoadBench.run(
                    new LoadSetup(only, texts, configs, rounds, loadSeconds, backlog, chunks, scale, chosen),
                    console.err()::println);
            bench.print(console, report.lines(), report);
        });
        return 0;
    }
}
