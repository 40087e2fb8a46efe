package dev.streambed.cli;

import dev.streambed.cli.bench.ObservationBench;
import dev.streambed.cli.bench.ObservationReport;
import dev.streambed.cli.bench.ObservationSetup;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What being observed costs. */
@Command(
        name = "observation",
        description = {
            "Measure what being observed costs: the pipeline with a Kafka broker in this process, a model that takes no time and a store that",
            "costs nothing; by turns with metrics, lag, drift and traces, which are read, and without. Takes minutes; figures mean something",
            "only where nothing else runs."
        })
final class BenchObservationCommand implements Callable<Integer> {
    private static final int MOST_ROUNDS = 1000;
    private static final int MOST_DOCUMENTS = 10_000_000;

    private final Console console;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Mixin
    private BenchOptions bench = new BenchOptions();

    @Option(names = "--rounds", paramLabel = "N", description = "With and without. Default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(names = "--documents", paramLabel = "N", description = "Of a round. Default: ${DEFAULT-VALUE}.")
    private int documents = 40_000;

    BenchObservationCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        bench.requireRange("--rounds", rounds, MOST_ROUNDS);
        bench.requireRange("--documents", documents, MOST_DOCUMENTS);
        bench.withBroker((broker, directory) -> {
            ObservationReport report = ObservationBench.run(
                    new ObservationSetup(
                            new BenchConfigs(console, options, broker, directory),
                            plain -> (config, roles, registry) -> ObservedService.start(config, roles, plain),
                            rounds,
                            documents),
                    console.err()::println);
            bench.print(console, report.lines(), report);
        });
        return 0;
    }
}
