package dev.streambed.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.faults.ResultsFile;
import dev.streambed.cli.faults.Suite;
import dev.streambed.cli.faults.Totals;
import dev.streambed.cli.faults.lab.RunResult;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.process.MilvusServer;
import dev.streambed.cli.faults.process.RunFailedException;
import dev.streambed.cli.faults.scenario.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tries to break the promises. */
@Command(
        name = "faults",
        description = {
            "Try to break what Streambed promises: a service, a broker and a Milvus of its own are killed, stopped and",
            "starved in many ways, and every answer and every row is checked. Needs Linux, a checkout, and Python 3 with pip",
            "for Milvus. Exit code 1 if a promise was broken, or nothing could be played."
        })
final class FaultsCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the first run; with --only NAME it repeats that run. Default: a new one, printed.")
    private @Nullable Long seed;

    @Option(names = "--minutes", paramLabel = "M", description = "Go on for so long. Default: each fault once.")
    private @Nullable Integer minutes;

    @Option(names = "--only", paramLabel = "NAME", description = "One fault, or all of one component; see --list.")
    private @Nullable String only;

    @Option(names = "--list", description = "Name the faults, and play none.")
    private boolean list;

    @Option(names = "--json", description = "Print the sums as one JSON object on the last line.")
    private boolean json;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description =
                    "Add each run to this file, a JSON line a run, and make the page beside it (.md) of all of them.")
    private @Nullable Path results;

    @Option(names = "--keep", description = "Keep the directories of all runs, not only of those that failed.")
    private boolean keep;

    /** Set when the JVM is told to end: what is then found broken was broken by that. */
    private volatile boolean ending;

    FaultsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        List<Scenario> scenarios = only != null ? Catalogue.named(only) : list ? Catalogue.all() : Catalogue.usual();
        if (scenarios.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "there is no fault " + only + "; --list names those there are");
        }
        if (list) {
            scenarios.forEach(scenario -> console.out()
                    .printf("%-28s %s; expected: %s%n", scenario.name(), scenario.fault(), scenario.expectation()));
            return 0;
        }
        scenarios = playable(scenarios);
        long first = seed != null ? seed : new Random().nextInt(1_000_000_000);
        if (scenarios.isEmpty()) {
            sumUp(Totals.of(first, List.of()));
            return 1; // nothing was tried, so nothing held
        }
        Path directory = Files.createTempDirectory("streambed-faults-");
        Thread atExit = new Thread(() -> interrupted(directory), "note-the-end");
        Runtime.getRuntime().addShutdownHook(atExit);
        QuietLogs.into(directory.resolve("faults.log"));
        try (MilvusServer milvus = milvus(directory)) {
            Suite suite = new Suite(scenarios, directory, milvus, System::nanoTime);
            Duration atMost = minutes == null ? null : Duration.ofMinutes(minutes);
            List<RunResult> played = suite.play(first, atMost, listener());
            Totals totals = Totals.of(first, played);
            sumUp(totals);
            if (totals.failed() > 0) {
                return 1;
            }
        } finally {
            forget(atExit);
        }
        if (!keep) {
            remove(directory);
        }
        return 0;
    }

    private void sumUp(Totals totals) throws IOException {
        console.out()
                .printf(
                        Locale.ROOT,
                        "%d runs, %d failed; %d events, lost %d, stale %d, early %d, wrong %d, repeats %d%n",
                        totals.runs(),
                        totals.failed(),
                        totals.events(),
                        totals.lost(),
                        totals.stale(),
                        totals.early(),
                        totals.wrong(),
                        totals.repeats());
        if (json) {
            console.out().println(new ObjectMapper().writeValueAsString(totals));
        }
    }

    private void interrupted(Path directory) {
        ending = true;
        console.err().println("interrupted; what is there of the run is in " + directory);
    }

    private static void forget(Thread hook) {
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException tooLate) {
            // The JVM is ending, and the hook has said so.
        }
    }

    /** Those for which this machine has what they need; the others are skipped aloud. */
    private List<Scenario> playable(List<Scenario> scenarios) {
        List<Scenario> playable = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            String missing = scenario.requirement().missing();
            if (missing == null) {
                playable.add(scenario);
            } else {
                console.err().println("skipped: " + scenario.name() + ": " + missing);
            }
        }
        return playable;
    }

    private static MilvusServer milvus(Path directory) {
        try {
            Path script = Path.of(System.getProperty("streambed.home", "."), "scripts", "milvus");
            return MilvusServer.start(script.toAbsolutePath(), directory.resolve("milvus"));
        } catch (RunFailedException e) {
            throw new CommandException("no Milvus to try: " + e.getMessage(), e);
        }
    }

    private Suite.Listener listener() {
        return new Suite.Listener() {
            @Override
            public void begins(int number, Scenario scenario, long runSeed) {
                if (ending) {
                    return;
                }
                console.err()
                        .printf("run %d: %s, seed %d: %s%n", number + 1, scenario.name(), runSeed, scenario.fault());
            }

            @Override
            public void ended(RunResult result, Path runDirectory) {
                if (ending) {
                    return;
                }
                say(result, runDirectory);
                append(result);
                if (result.isClean() && !keep) {
                    remove(runDirectory);
                }
            }
        };
    }

    private static void remove(Path directory) {
        try {
            new ScratchDirectory(directory).close();
        } catch (IOException e) {
            throw new CommandException("cannot remove " + directory + ": " + e.getMessage(), e);
        }
    }

    private void say(RunResult result, Path runDirectory) {
        console.out()
                .printf(
                        Locale.ROOT,
                        "%-6s %-28s seed %-10d %5d events, lost %d, stale %d, early %d, wrong %d, repeats %d of %d, kill to processing %s ms,"
                                + " takeover %s ms, return to success %s ms, slowed to %s %%, %.0f s%n",
                        result.isClean() ? "ok" : "FAILED",
                        result.scenario(),
                        result.seed(),
                        result.events(),
                        result.lost(),
                        result.stale(),
                        result.early(),
                        result.wrong(),
                        result.repeats(),
                        result.repeatsAllowed(),
                        result.killToProcessingMillis(),
                        result.takeoverMillis(),
                        result.returnToSuccessMillis(),
                        result.slowedPercent(),
                        result.seconds());
        result.failures().forEach(failure -> console.out().println("       " + failure));
        if (!result.isClean()) {
            console.out()
                    .println("       again: ./streambed faults --only " + result.scenario() + " --seed " + result.seed()
                            + "; what it left is in " + runDirectory);
        }
    }

    private void append(RunResult result) {
        Path file = results;
        if (file != null) {
            try {
                new ResultsFile(file).append(result);
            } catch (IOException e) {
                throw new CommandException("cannot write " + file + ": " + e.getMessage(), e);
            }
        }
    }
}
