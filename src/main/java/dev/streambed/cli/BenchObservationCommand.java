package dev.streambed.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.bench.ObservationBench;
import dev.streambed.cli.bench.ObservationReport;
import dev.streambed.cli.bench.ObservationSetup;
import dev.streambed.cli.broker.EmbeddedBroker;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What being observed costs. */
@Command(
        name = "observation",
        description = {
            "Measure what being observed costs: the pipeline with a Kafka broker in this process, a model that takes no time and a store that",
            "costs nothing; by turns with metrics, lag and traces, which are read, and without. Takes minutes; figures mean something",
            "only where nothing else runs."
        })
final class BenchObservationCommand implements Callable<Integer> {
    private static final int MOST_ROUNDS = 1000;
    private static final int MOST_DOCUMENTS = 10_000_000;

    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--rounds", paramLabel = "N", description = "With and without. Default: ${DEFAULT-VALUE}.")
    private int rounds = 5;

    @Option(names = "--documents", paramLabel = "N", description = "Of a round. Default: ${DEFAULT-VALUE}.")
    private int documents = 40_000;

    @Option(names = "--json", description = "Print all figures as one JSON object on the last line.")
    private boolean json;

    BenchObservationCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        requireRange("--rounds", rounds, MOST_ROUNDS);
        requireRange("--documents", documents, MOST_DOCUMENTS);
        try (ScratchDirectory scratch = ScratchDirectory.create("streambed-bench-")) {
            QuietLogs.into(scratch.path().resolve("bench.log"));
            try (EmbeddedBroker broker = EmbeddedBroker.start(scratch.path(), 0)) {
                ObservationReport report = ObservationBench.run(
                        new ObservationSetup(
                                new BenchConfigs(console, options, broker, scratch.path()),
                                plain -> (config, roles, registry) -> ObservedService.start(config, roles, plain),
                                rounds,
                                documents),
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
