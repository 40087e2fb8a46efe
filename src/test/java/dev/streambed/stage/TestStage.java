package dev.streambed.stage;

import java.nio.file.Path;
import java.time.Clock;
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
    static final String BULK = "bulk";
    static final String INTERACTIVE = "interactive";
    static final String RESULTS = "results";
    static final long LANE_LIMIT = 64L << 20;

    private final String application;
    private final Path stateDirectory;
    private final Map<String, Object> properties = new HashMap<>();
    private String instance = "one";
    private long laneLimit = LANE_LIMIT;
    private Duration closeTimeout = Duration.ofSeconds(5);

    TestStage(String bootstrapServers, String application, Path stateDirectory) {
        this.application = application;
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

    TestStage closeTimeout(Duration timeout) {
        closeTimeout = timeout;
        return this;
    }

    StageRuntime start(TestHandler.Worker worker) {
        return start(() -> new TestHandler(worker));
    }

    /** Seeds the group's offsets and starts; returns before it processes. */
    StageRuntime start(Supplier<StageHandler<TestEvent, TestHead>> handlers) {
        StageOptions options = new StageOptions(
                application,
                Map.of(BULK, laneLimit, INTERACTIVE, laneLimit),
                "heads",
                properties,
                stateDirectory.resolve(instance),
                instance,
                Duration.ofSeconds(2),
                closeTimeout);
        StageRuntime.seedOffsets(options);
        Stage<TestEvent, TestHead> stage = new Stage<>(options, handlers, TestHead.CODEC);
        return StageRuntime.start(stage, topology(stage), Clock.systemUTC());
    }

    private static Topology topology(Stage<TestEvent, TestHead> stage) {
        return new Topology()
                .addSource("lanes", new ByteArrayDeserializer(), new ByteArrayDeserializer(), BULK, INTERACTIVE)
                .addProcessor("stage", stage, "lanes")
                .addSink(
                        TestHandler.SINK,
                        RESULTS,
                        RoutedKey.SERIALIZER,
                        new ByteArraySerializer(),
                        RoutedKey.PARTITIONER,
                        "stage");
    }
}
