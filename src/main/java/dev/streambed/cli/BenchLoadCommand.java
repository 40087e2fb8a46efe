package dev.streambed.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.bench.BenchCorpus;
import dev.streambed.cli.bench.LoadBench;
import dev.streambed.cli.bench.LoadPart;
import dev.streambed.cli.bench.LoadReport;
import dev.streambed.cli.bench.LoadSetup;
import dev.streambed.cli.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description = "load10, backlog, large, scale, with commas between. Default: all of them.")
    private Set<LoadPart> only = EnumSet.allOf(LoadPart.class);

    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description =
                    "For load10 and backlog: JSON lines with a \"text\" each. Default: 400 texts of very different lengths.")
    private @Nullable Path corpus;

    @Option(names = "--documents", paramLabel = "N", description = "The first N texts only.")
    private int documents = Integer.MAX_VALUE;

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

    @Option(names = "--json", description = "Print all figures as one JSON object on the last line.")
    private boolean json;

    BenchLoadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        requireRange("--documents", documents, Integer.MAX_VALUE);
        requireRange("--rounds", rounds, 1000);
        requireRange("--load-seconds", loadSeconds, 3600);
        requireRange("--backlog", backlog, MOST_DOCUMENTS);
        requireRange("--chunks", chunks, MOST_CHUNKS);
        scale.forEach(size -> requireRange("--scale", size, MOST_DOCUMENTS));
        long chosen = seed != null ? seed : new Random().nextInt(1_000_000_000);
        Path file = corpus;
        BenchCorpus texts = (file == null ? BenchCorpus.mixed(chosen) : BenchCorpus.read(file)).first(documents);
        console.err().println("seed " + chosen);
        try (ScratchDirectory scratch = ScratchDirectory.create("streambed-bench-")) {
            QuietLogs.into(scratch.path().resolve("bench.log"));
            try (EmbeddedBroker broker = EmbeddedBroker.start(scratch.path(), 0)) {
                BenchConfigs configs = new BenchConfigs(console, options, broker, scratch.path());
                LoadReport report = LoadBench.run(
                        new LoadSetup(only, texts, configs, rounds, loadSeconds, backlog, chunks, scale, chosen),
                        console.err()::println);
                report.lines().forEach(console.out()::println);
                if (json) {
                    console.out().println(new ObjectMapper().writeValueAsString(report));
                }
            }
        }
        return 0;
    }

    private void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + "; 1 to " + most + " is allowed");
        }
    }
}
