package dev.streambed.cli;

import dev.streambed.cli.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A broker in a process of its own, for the guarantee suite, which kills it. */
@Command(
        name = "broker",
        hidden = true,
        description = "Run a Kafka broker on loopback until SIGTERM, or until standard input ends.")
final class BrokerCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--data-dir", required = true, paramLabel = "DIR", description = "The broker's data.")
    private Path dataDir = Path.of(".");

    @Option(names = "--port", required = true, paramLabel = "N", description = "What clients connect to.")
    private int port;

    @Option(names = "--broker-set", paramLabel = "KEY=VALUE", description = "A setting of the broker.")
    private Map<String, String> settings = new LinkedHashMap<>();

    BrokerCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        CompletableFuture<TerminationSignals.Signal> stop = new CompletableFuture<>();
        TerminationSignals.complete(stop);
        ParentWatch.start(console.in(), order -> {});
        try (EmbeddedBroker broker = EmbeddedBroker.start(dataDir, port, settings)) {
            broker.onDeath(stop::completeExceptionally);
            console.out().println("ready: broker at " + broker.bootstrapServers());
            stop.get();
        } catch (ExecutionException e) {
            throw new CommandException(Errors.forPeople(e), e);
        }
        return 0;
    }
}
