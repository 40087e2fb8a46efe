package dev.streambed.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.bench.Bench;
import dev.streambed.cli.bench.BenchCorpus;
import dev.streambed.cli.bench.BenchReport;
import dev.streambed.cli.bench.BenchSetup;
import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.StreambedConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The pipeline against the model alone. */
@Command(
        name = "bench",
        description = {
            "Measure on this machine, in one run: the model alone in a loop that has all texts before it, the whole pipeline with a",
            "Kafka broker in this process and a store that costs nothing, and with Milvus; latency at 20 % and 60 % load; the",
            "asynchronous stage alone. Takes minutes; figures mean something only where nothing else runs."
        })
final class BenchCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--corpus",
            paramLabel = "FILE",
            description = "JSON lines with a \"text\" each. Default: 400 texts of very different lengths.")
    private @Nullable Path corpus;

    @Option(names = "--documents", paramLabel = "N", description = "The first N texts only.")
    private int documents = Integer.MAX_VALUE;

    @Option(
            names = "--milvus",
            paramLabel = "URI",
            description = "Measure with this Milvus too, in a collection of its own named bench_…, which stays.")
    private @Nullable URI milvus;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "Rounds of what is compared. Default: ${DEFAULT-VALUE}.")
    private int rounds = 3;

    @Option(
            names = "--load-seconds",
            paramLabel = "N",
            description = "How long each latency is measured. Default: ${DEFAULT-VALUE}.")
    private int loadSeconds = 60;

    @Option(
            names = "--stage-records",
            paramLabel = "N",
            description = "Records of a run of the stage alone. Default: ${DEFAULT-VALUE}.")
    private int stageRecords = 200_000;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of texts and moments. Default: a new one, printed.")
    private @Nullable Long seed;

    @Option(names = "--json", description = "Print all figures as one JSON object on the last line.")
    private boolean json;

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        requirePositive("--documents", documents);
        requirePositive("--rounds", rounds);
        requirePositive("--load-seconds", loadSeconds);
        requirePositive("--stage-records", stageRecords);
        long chosen = seed != null ? seed : new Random().nextInt(1_000_000_000);
        Path file = corpus;
        BenchCorpus texts = (file == null ? BenchCorpus.mixed(chosen) : BenchCorpus.read(file)).first(documents);
        console.err().println("seed " + chosen);
        try (ScratchDirectory scratch = ScratchDirectory.create("streambed-bench-")) {
            QuietLogs.into(scratch.path().resolve("bench.log"));
            try (EmbeddedBroker broker = EmbeddedBroker.start(scratch.path(), 0)) {
                BenchReport report = Bench.run(setup(texts, broker, scratch.path(), chosen), this::progress);
                report.lines().forEach(console.out()::println);
                if (json) {
                    console.out().println(new ObjectMapper().writeValueAsString(report));
                }
            }
        }
        return 0;
    }

    private BenchSetup setup(BenchCorpus texts, EmbeddedBroker broker, Path directory, long chosen) throws Exception {
        BenchConfigs configs = new BenchConfigs(console, options, broker, directory);
        URI uri = milvus;
        StreambedConfig stub = configs.named("stub", Map.of());
        StreambedConfig real = uri == null
                ? null
                : configs.named(
                        "milvus",
                        Map.of(
                                "milvus.uri",
                                uri.toString(),
                                "milvus.collection",
                                "bench_" + UUID.randomUUID().toString().substring(0, 8)));
        return new BenchSetup(texts, stub, real, directory, rounds, loadSeconds, stageRecords, chosen);
    }

    private void progress(String what) {
        console.err().println(what);
    }

    private void requirePositive(String option, int value) {
        if (value < 1) {
            throw new ParameterException(
                    spec.commandLine(), String.format(Locale.ROOT, "%s is %d; 1 or more", option, value));
        }
    }
}
