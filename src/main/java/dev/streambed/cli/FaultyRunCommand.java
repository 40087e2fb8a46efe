package dev.streambed.cli;

import dev.streambed.cli.faulty.EmbedderFault;
import dev.streambed.cli.faulty.FaultSwitch;
import dev.streambed.cli.faulty.FaultyModel;
import dev.streambed.cli.faulty.StubModel;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.Services;
import dev.streambed.embed.model.Placement;
import dev.streambed.embed.model.SentenceModel;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The service around an embedder that fails on demand, for the guarantee suite: all else is as in {@link RunCommand}. */
@Command(
        name = "faulty-run",
        hidden = true,
        description = {
            "Run the service around an embedder that fails when told to: a line on standard input names the fault.",
            "Ends with SIGTERM, or at once when standard input ends."
        })
final class FaultyRunCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--role", split = ",", paramLabel = "ROLE", description = "embed, index, or both (the default).")
    private Set<Role> roles = EnumSet.allOf(Role.class);

    @Option(
            names = "--stub-rate",
            paramLabel = "N",
            description = "A stub of so many tokens a second and slot instead of the model; 0: as fast as it goes.")
    private @Nullable Long stubRate;

    FaultyRunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        CompletableFuture<TerminationSignals.Signal> stop = new CompletableFuture<>();
        TerminationSignals.complete(stop);
        FaultSwitch faults = new FaultSwitch();
        ParentWatch.start(console.in(), order -> faults.set(EmbedderFault.valueOf(order)));
        Long rate = stubRate;
        RunCommand.runUntil(
                stop,
                options.load(console).config(),
                roles,
                Services.around(files -> new FaultyModel(
                        rate == null ? SentenceModel.open(files, Placement.CPU) : new StubModel(rate), faults)),
                console);
        return 0;
    }
}
