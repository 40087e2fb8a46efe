package dev.streambed.cli;

import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.process.ServiceProcess.Plan;
import dev.streambed.cli.faults.proxy.MilvusProxy;
import dev.streambed.testing.TestBroker;
import dev.streambed.testing.TestMilvus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

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

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Of forty events, each of which has five. */
    private static final int IN_A_ROW = 200;

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

    /** Waits until all are ready. */
    void awaitReady() {
        all().forEach(ServiceProcess::awaitReady);
    }

    /** Waits until they have been in time for a while: JVMs that have just begun are slow, and an alert would say so, rightly. */
    void awaitPace() {
        double[] last = {-1, 0}; // late steps, and all steps when the last of them was seen
        Patience.await("so many steps in a row within a second", PATIENCE, () -> {
            double steps = sum(instance -> instance.metric("streambed_step_seconds_count"));
            double late = steps - sum(instance -> instance.metric("streambed_step_seconds_bucket", "le", "1.0"));
            if (late > last[0]) {
                last[0] = late;
                last[1] = steps;
            }
            return steps - last[1] >= IN_A_ROW;
        });
    }

    private double sum(ToDoubleFunction<ServiceProcess> figure) {
        return all().stream().mapToDouble(figure).sum();
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
