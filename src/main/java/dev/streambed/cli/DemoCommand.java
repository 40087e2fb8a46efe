package dev.streambed.cli;

import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.LoadedConfig;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.ServiceFactory;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Everything in one process, on free ports and in a directory that goes again. The command's thread owns the parts and closes them;
 * the work is done on another, so that Ctrl-C can end it at any time.
 */
@Command(
        name = "demo",
        description = {
            "See it all at once: a Kafka broker, both stages, the bundled model and an index in this process.",
            "Publishes a sample corpus, shows the outcomes with their latencies, and searches. Nothing is left behind."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;

    private final Console console;
    private final ServiceFactory services;

    @Option(names = "--stay", description = "Keep running afterwards, and say how to publish and search.")
    private boolean stay;

    DemoCommand(Console console, ServiceFactory services) {
        this.console = console;
        this.services = services;
    }

    @Override
    public Integer call() throws Exception {
        CompletableFuture<TerminationSignals.Signal> stop = new CompletableFuture<>();
        TerminationSignals.complete(stop);
        try (ScratchDirectory scratch = ScratchDirectory.create("streambed-demo-")) {
            QuietLogs.into(scratch.path().resolve("demo.log"));
            // The tokenizer's native library would be unpacked into the home directory, and stay.
            System.setProperty("DJL_CACHE_DIR", scratch.path().resolve("djl").toString());
            say("Streambed: a Kafka broker, both stages, all-MiniLM-L6-v2 and an index, all in this process.");
            say("");
            return show(scratch.path(), stop);
        }
    }

    private int show(Path directory, CompletableFuture<TerminationSignals.Signal> stop) throws Exception {
        long started = System.nanoTime();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            broker.onDeath(stop::completeExceptionally);
            StreambedConfig config = config(broker, directory);
            TopicsCommand.createMissing(config);
            step("Kafka broker at " + broker.bootstrapServers() + ", topics created", started);
            started = System.nanoTime();
            try (RunningService running = RunningService.start(config, EnumSet.allOf(Role.class), services)) {
                if (!running.awaitReady(stop)) {
                    return interrupted(stop);
                }
                step("model loaded, both stages running, search at " + running.url(), started);
                CompletableFuture<Void> work = work(new DemoScript(console, config, running.service()));
                await(work, stop);
                if (stay && !stop.isDone()) {
                    sayHow(config, running);
                    await(new CompletableFuture<>(), stop);
                    return 0;
                }
                return stop.isDone() ? interrupted(stop) : 0;
            }
        }
    }

    /** The rest of the environment is not looked at: a demo is the same everywhere. */
    private static StreambedConfig config(EmbeddedBroker broker, Path directory) {
        LoadedConfig defaults = ConfigLoader.load(null, Map.of(), Map.of());
        Map<String, ConfigValue> overrides = new HashMap<>(EmbeddedOverrides.of(defaults, broker, directory));
        overrides.put("http.port", new ConfigValue("0", "demo"));
        return ConfigLoader.load(null, Map.of(), overrides).config();
    }

    private static CompletableFuture<Void> work(DemoScript script) {
        CompletableFuture<Void> work = new CompletableFuture<>();
        Thread worker = new Thread(
                () -> {
                    try {
                        script.run();
                        work.complete(null);
                    } catch (Exception | Error e) {
                        work.completeExceptionally(e);
                    }
                },
                "demo");
        worker.setDaemon(true);
        worker.start();
        return work;
    }

    /** Until one of the two; throws what the work, or the broker, died of. */
    private static void await(CompletableFuture<?> work, CompletableFuture<?> stop) throws Exception {
        try {
            CompletableFuture.anyOf(work, stop).get();
        } catch (ExecutionException e) {
            throw new CommandException(Errors.forPeople(e), e);
        }
    }

    private int interrupted(CompletableFuture<?> stop) {
        if (stop.isCompletedExceptionally()) {
            throw new CommandException("the broker in this process gave up");
        }
        say("");
        say("Stopping.");
        return INTERRUPTED;
    }

    private void sayHow(StreambedConfig config, RunningService running) {
        int httpPort = java.net.URI.create(running.url()).getPort();
        say("");
        say("It stays up until Ctrl-C. From another terminal:");
        say("  ./streambed publish FILE --wait --set kafka.bootstrap.servers="
                + config.kafka().bootstrapServers());
        say("  ./streambed search \"what to look for\" --set http.port=" + httpPort);
        say("  and see it at work: " + running.url() + "/");
        say("A line of FILE: {\"id\":\"note-1\",\"text\":\"what it says\"}");
    }

    private void step(String what, long startedNanos) {
        say(String.format(Locale.ROOT, "  \u2713 %s (%.1f s)", what, (System.nanoTime() - startedNanos) / 1e9));
    }

    private void say(String line) {
        console.out().println(line);
    }
}
