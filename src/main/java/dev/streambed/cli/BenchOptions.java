package dev.streambed.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every benchmark does about its options, its broker and its figures. */
final class BenchOptions {
    /** With a broker. */
    interface Measurement {
        /**
         * Measures and prints.
         *
         * @param directory of this run, which is removed after it
         */
        void run(EmbeddedBroker broker, Path directory) throws Exception;
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "Print all figures as one JSON object on the last line.")
    private boolean json;

    /** Refuses a number that is not from 1 to {@code most}. */
    void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " is " + value + "; 1 "
                            + (most == Integer.MAX_VALUE ? "or more" : "to " + most + " is allowed"));
        }
    }

    /** Starts a broker in this process, and keeps what is logged out of the figures. */
    void withBroker(Measurement measurement) throws Exception {
        try (ScratchDirectory scratch = ScratchDirectory.create("streambed-bench-")) {
            QuietLogs.into(scratch.path().resolve("bench.log"));
            try (EmbeddedBroker broker = EmbeddedBroker.start(scratch.path(), 0)) {
                measurement.run(broker, scratch.path());
            }
        }
    }

    /**
     * Prints a report.
     *
     * @param lines for people
     * @param report as JSON, if asked for
     */
    void print(Console console, List<String> lines, Object report) throws JsonProcessingException {
        lines.forEach(console.out()::println);
        if (json) {
            console.out().println(new ObjectMapper().writeValueAsString(report));
        }
    }
}
