package dev.streambed.cli;

import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.faulty.StubModel;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.ServiceFactory;
import dev.streambed.cli.service.Services;
import dev.streambed.index.memory.MemoryIndex;
import dev.streambed.testing.Eventually;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A service of one role in the test's JVM, all of it real but the model and the store: a stub, and vectors in memory. */
final class ServiceHere implements AutoCloseable {
    private static final ServiceFactory STUBS =
            Services.around(files -> new StubModel(0), engine -> new MemoryIndex(engine.dimension()));

    private final RunningService running;

    private ServiceHere(RunningService running) {
        this.running = running;
    }

    /** Starts it; it need not become ready. */
    static ServiceHere start(Path configFile, Role role) throws Exception {
        StreambedConfig config = config(configFile);
        OAuthAddresses.allow(config.kafka());
        return new ServiceHere(RunningService.start(config, EnumSet.of(role), STUBS));
    }

    static StreambedConfig config(Path file) {
        return ConfigLoader.load(file, Map.of(), Map.of()).config();
    }

    RunningService running() {
        return running;
    }

    void awaitReady() {
        Eventually.eventually("why it is not ready", this::notReadyReason, reason -> reason == null);
    }

    /** Waits until it says why it is not ready, in these words. */
    String awaitReason(String words) {
        return String.valueOf(Eventually.<@Nullable String>eventually(
                "why it is not ready", this::notReadyReason, reason -> reason != null && reason.contains(words)));
    }

    /** Waits until it says something else. */
    String awaitAnotherReason(String than) {
        return String.valueOf(Eventually.<@Nullable String>eventually(
                "why it is not ready", this::notReadyReason, reason -> reason != null && !reason.equals(than)));
    }

    private @Nullable String notReadyReason() {
        return running.service().notReadyReason();
    }

    /** A command in the background; its exit code. */
    static CompletableFuture<Integer> command(Terminal terminal, String... args) {
        return CompletableFuture.supplyAsync(() -> terminal.run(args));
    }

    @Override
    public void close() {
        running.close();
    }
}
