package dev.streambed.cli;

import dev.streambed.cli.bench.Bench;
import dev.streambed.cli.bench.BenchCorpus;
import dev.streambed.cli.bench.BenchReport;
import dev.streambed.cli.bench.BenchSetup;
import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.StreambedConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The pipeline against the model alone. */
@Command(
        name = "bench",
        description = {
            "Measure on this machine, in one run: the model alone in a loop that has all texts before it, the whole pipeline with a",
            "Kafka broker in this process and a store that costs nothing, and with Milvus; latency at 20 %% and 60 %% load; the",
            "asynchronous stage alone. Takes minutes; figures mean something only where nothing else runs."
        })
final class BenchCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Mixin
    private BenchOptions bench = new BenchOptions();

    @Mixin
    private CorpusOptions corpus = new CorpusOptions();

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

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        bench.requireRange("--rounds", rounds, Integer.MAX_VALUE);
        bench.requireRange("--load-seconds", loadSeconds, Integer.MAX_VALUE);
        bench.requireRange("--stage-records", stageRecords, Integer.MAX_VALUE);
        long chosen = seed != null ? seed : new Random().nextInt(1_000_000_000);
        BenchCorpus texts = corpus.read(bench, chosen);
        console.err().println("seed " + chosen);
        bench.withBroker((broker, directory) -> {
            BenchReport report = Bench.run(setup(texts, broker, directory, chosen), console.err()::println);
            bench.print(console, report.lines(), report);
        });
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
}
