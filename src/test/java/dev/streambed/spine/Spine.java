package dev.streambed.spine;

import dev.streambed.testing.TestBroker;
import dev.streambed.testing.TestMilvus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A broker with Streambed's topics, a collection in a real Milvus, and the settings of a service between them. */
public final class Spine implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestBroker broker;
    private final Path directory;
    private final Map<String, String> settings = new HashMap<>();
    private final String milvus;

    private Spine(TestBroker broker, Path directory, String milvus) {
        this.broker = broker;
        this.directory = directory;
        this.milvus = milvus;
    }

    /**
     * Starts the parts; the service is the test's to start.
     *
     * @param directory the test's own
     */
    public static Spine start(Path directory) {
        String milvus = TestMilvus.require().uri();
        Spine spine = new Spine(TestBroker.start(), directory, milvus);
        spine.settings.put("kafka.bootstrap.servers", spine.bootstrapServers());
        spine.settings.put("milvus.uri", milvus);
        spine.settings.put("milvus.collection", TestMilvus.randomCollection());
        spine.settings.put("state.dir", directory.resolve("state").toString());
        ServiceProcess.command(directory, spine.settings, 0, "topics");
        return spine;
    }

    Spine with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    public ServiceProcess service(String... arguments) {
        return ServiceProcess.run(directory, settings, arguments);
    }

    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    Map<String, StoredRows.Stored> rows() {
        return StoredRows.read(milvus, settings.getOrDefault("milvus.collection", ""));
    }

    AnswerBook answers() {
        return new AnswerBook(bootstrapServers(), "completions");
    }

    /** Waits until the dead letters hold these bytes. */
    void awaitDeadLetter(byte[] value) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition("dead-letters", 0)));
            while (System.nanoTime() < until) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    if (Arrays.equals(record.value(), value)) {
                        return;
                    }
                }
            }
        }
        throw new AssertionError("not among the dead letters");
    }

    Producing producing() {
        return new Producing(bootstrapServers());
    }

    /** A file of this test. */
    Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    @Override
    public void close() {
        broker.close();
    }
}
