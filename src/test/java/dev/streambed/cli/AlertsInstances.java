package dev.streambed.cli;

import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.process.ServiceProcess.Plan;
import dev.streambed.cli.faults.proxy.MilvusProxy;
import dev.streambed.testing.TestBroker;
import dev.streambed.testing.TestMilvus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is watched: two instances of both roles, and one of INDEX alone, which was to have a GPU. Processes, around slow stubs of the model.
 *
 * @param one of both roles
 * @param other likewise
 * @param indexAlone of INDEX
 */
record AlertsInstances(ServiceProcess one, ServiceProcess other, ServiceProcess indexAlone) implements AutoCloseable {
    /** Cells a second and slot of the stub, of which each instance has two. */
    private static final long STUB_RATE = 200;

    /** Makes the topics, and starts all at once; returns before they are ready. */
    static AlertsInstances start(Path directory, TestBroker broker, MilvusProxy milvus) throws Exception {
        Map<String, String> settings = Map.of(
                "kafka.bootstrap.servers",
                broker.bootstrapServers(),
                "milvus.uri",
                milvus.uri(),
                "milvus.collection",
                TestMilvus.randomCollection(),
                // So that a backlog is lag, and that a batch of it keeps an interactive event waiting for a third of a
                // second.
                "embed.in-flight-bytes",
                "64kB",
                "embed.batch-tokens",
                "64",
                "embed.batch-timeout",
                "6s");
        Map<String, ConfigValue> flags = new HashMap<>();
        settings.forEach((key, value) -> flags.put(key, new ConfigValue(value, "test")));
        TopicsCommand.createMissing(ConfigLoader.load(null, Map.of(), flags).config());
        Plan plan = new Plan(null, directory, settings, "embed,index", STUB_RATE, Plan.JVM, List.of(), Map.of());
        return new AlertsInstances(
                ServiceProcess.start(in(directory.resolve("one"), plan)),
                ServiceProcess.start(in(directory.resolve("other"), plan)),
                ServiceProcess.start(
                        in(directory.resolve("index"), plan).withRoles("index").with("model.device", "cuda")));
    }

    private static Plan in(Path directory, Plan plan) throws IOException {
        return plan.withDirectory(Files.createDirectories(directory));
    }

    private List<ServiceProcess> all() {
        return List.of(one, other, indexAlone);
    }

    void awaitReady() {
        all().forEach(ServiceProcess::awaitReady);
    }

    /** Host and port of each. */
    List<String> addresses() {
        return all().stream().map(ServiceProcess::address).toList();
    }

    @Override
    public void close() {
        all().forEach(ServiceProcess::close);
    }
}
