package dev.streambed.stage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** Runs a stage over two lanes with the tests' handler, as a service would run its own. */
final class TestStage {
    /** The topics and the group of one test. */
    record Names(String test) {
        String bulk() {
            return test + ".bulk";
        }

        String interactive() {
            return test + ".interactive";
        }

        String results() {
            return test + ".results";
        }

        String application() {
            return test + "-app";
        }
    }

    private final Names names;
    private final Path stateDirectory;
    private final Map<String, Object> properties = new HashMap<>();
    private String instance = "one";
    private long laneLimit = 64L << 20;

    /**
     * @param stateDirectory of all instances, each has its own in it
     */
    TestStage(String bootstrapServers, Names names, Path stateDirectory) {
        this.names = names;
        this.stateDirectory = stateDirectory;
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    }

    TestStage with(String key, Object value) {
        properties.put(key, value);
        return this;
    }

    TestStage instance(String newInstance) {
        instance = newInstance;
        return this;
    }

    TestStage laneLimit(long bytes) {
        laneLimit = bytes;
        return this;
    }

    StageRuntime start(TestHandler.Worker worker) {
        return start(() -> new TestHandler(worker));
    }

    /** Seeds the group's offsets and starts; returns before it processes. */
    StageRuntime start(Supplier<StageHandler<TestEvent, TestHead>> handlers) {
        StageOptions options = new StageOptions(
                names.application(),
                Map.of(names.bulk(), laneLimit, names.interactive(), laneLimit),
                "heads",
                2 << 20,
                properties,
                stateDirectory.resolve(instance),
                instance,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5));
        StageRuntime.seedOffsets(options);
        Stage<TestEvent, TestHead> stage = new Stage<>(options, handlers, TestHead.CODEC);
        return StageRuntime.start(stage, topology(stage));
    }

    private Topology topology(Stage<TestEvent, TestHead> stage) {
        return new Topology()
                .addSource(
                        "lanes",
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        names.bulk(),
                        names.interactive())
                .addProcessor("stage", stage, "lanes")
                .addSink(
                        TestHandler.SINK,
                        names.results(),
                        RoutedKey.SERIALIZER,
                        new ByteArraySerializer(),
                        RoutedKey.PARTITIONER,
                        "stage");
    }
}
