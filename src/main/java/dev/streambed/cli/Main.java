package dev.streambed.cli;

import dev.streambed.cli.config.ConfigException;
import dev.streambed.cli.service.ServiceFactory;
import dev.streambed.cli.service.Services;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Entry of the command line. Exit codes: 0 done, 1 not done, 2 wrong usage or configuration. */
@Command(
        name = "streambed",
        description = "Document changes on Kafka in, vectors in Milvus, an answer to every caller.",
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    private static final int NOT_DONE = 1;
    private static final int WRONG_USAGE = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean debug;

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(Console.ofProcess(), Services::start, args));
    }

    /**
     * Runs one command.
     *
     * @return the exit code
     */
    static int run(Console console, ServiceFactory services, String... args) {
        Main main = new Main();
        CommandLine root = new CommandLine(main);
        CommandLine bench = new CommandLine(new BenchCommand(console));
        List.of(new BenchEmbedderCommand(console), new BenchLoadCommand(console), new BenchObservationCommand(console))
                .forEach(bench::addSubcommand);
        CommandLine drift = new CommandLine(new DriftCommand());
        drift.addSubcommand(new DriftBaselineCommand(console));
        Stream.of(bench, drift)
                .flatMap(group -> group.getSubcommands().values().stream())
                .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
        List.of(
                        new DemoCommand(console, services),
                        new RunCommand(console, services),
                        new TopicsCommand(console),
                        new PublishCommand(console),
                        new SearchCommand(console),
                        new ConfigCommand(console),
                        new HealthCommand(console),
                        new FaultsCommand(console),
                        bench,
                        drift,
                        new PlanCommand(console),
                        new BrokerCommand(console),
                        new FaultyRunCommand(console))
                .forEach(root::addSubcommand);
        root.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec().mixinStandardHelpOptions(true));
        root.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        root.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpAutoWidth(true);
        root.setParameterExceptionHandler((error, given) -> wrongUsage(error));
        root.setExecutionExceptionHandler((error, command, parsed) -> main.failed(error, console));
        return root.execute(args);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int wrongUsage(ParameterException error) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("streambed: " + error.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, err)) {
            err.println("Try `" + command.getCommandSpec().qualifiedName() + " --help`.");
        }
        return WRONG_USAGE;
    }

    private int failed(Exception error, Console console) {
        console.err().println("streambed: " + Errors.forPeople(error));
        if (debug) {
            error.printStackTrace(console.err());
        }
        return error instanceof ConfigException ? WRONG_USAGE : NOT_DONE;
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = ofJar();
            return new String[] {"streambed " + (version == null ? "(not from a jar)" : version)};
        }

        /** Null where there is no jar. */
        static @Nullable String ofJar() {
            return Main.class.getPackage().getImplementationVersion();
        }
    }
}
