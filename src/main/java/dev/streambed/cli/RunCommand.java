package dev.streambed.cli;

import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.LoadedConfig;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.ServiceFactory;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the service until SIGTERM or Ctrl-C. */
@Command(
        name = "run",
        description = {
            "Run the service until SIGTERM or Ctrl-C, then finish what is in flight and exit with 0.",
            "A second Ctrl-C ends it at once."
        })
final class RunCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 9092;
    private static final Path DEFAULT_DATA_DIR = Path.of("data");

    private final Console console;
    private final ServiceFactory services;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--role",
            split = ",",
            paramLabel = "ROLE",
            description = "embed, index, or both (the default): which stages run in this process.")
    private Set<Role> roles = EnumSet.allOf(Role.class);

    @Option(
            names = "--embedded",
            description = "Bring a Kafka broker in this process, create the topics, and keep the vectors in memory.")
    private boolean embedded;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "The embedded broker's data. Default: ./data")
    private @Nullable Path dataDir;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "The embedded broker's port, on loopback; 0 for any free one. Default: 9092")
    private @Nullable Integer port;

    RunCommand(Console console, ServiceFactory services) {
        this.console = console;
        this.services = services;
    }

    @Override
    public Integer call() throws Exception {
        if (!embedded && (dataDir != null || port != null)) {
            throw new ParameterException(spec.commandLine(), "--data-dir and --port go with --embedded");
        }
        CompletableFuture<TerminationSignals.Signal> stop = new CompletableFuture<>();
        TerminationSignals.complete(stop);
        LoadedConfig loaded = options.load(console);
        if (!embedded) {
            runUntil(stop, loaded.config(), roles, services, console);
            return 0;
        }
        Path directory = dataDir != null ? dataDir : DEFAULT_DATA_DIR;
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, port != null ? port : DEFAULT_PORT)) {
            broker.onDeath(stop::completeExceptionally);
            StreambedConfig config = options.load(console, EmbeddedOverrides.of(loaded, broker, directory))
                    .config();
            TopicsCommand.createMissing(config);
            runUntil(stop, config, roles, services, console);
        }
        return 0;
    }

    /** Runs the service until it is asked to stop; says on standard output when it is ready. */
    static void runUntil(
            CompletableFuture<TerminationSignals.Signal> stop,
            StreambedConfig config,
            Set<Role> roles,
            ServiceFactory services,
            Console console)
            throws Exception {
        try (RunningService running = RunningService.start(config, roles, services)) {
            if (running.awaitReady(stop)) {
                console.out()
                        .println("ready: " + roles.stream().map(Role::toString).collect(Collectors.joining(" and "))
                                + " of pipeline " + config.pipeline().name() + "; Kafka "
                                + config.kafka().bootstrapServers() + "; " + running.url());
            }
            stop.get();
        } catch (ExecutionException e) {
            throw new CommandException(Errors.forPeople(e), e);
        }
    }
}
