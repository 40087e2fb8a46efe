package dev.streambed.cli.bench;

import dev.streambed.stage.RoutedKey;
import dev.streambed.stage.Stage;
import dev.streambed.stage.StageOptions;
import dev.streambed.stage.StageRuntime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.jspecify.annotations.Nullable;

/**
 * What the asynchronous stage takes beside a plain topology: records of 1 KB from one partition to another, on one stream thread, by a stage
 * whose worker does nothing and by {@code mapValues}. Both with the stage's settings of producer and commits. One caller at a time.
 */
final class StageRate {
    private static final String IN = "bench-stage-in";
    private static final int VALUE_BYTES = 1_000;
    private static final int TEXT_BYTES = 8 << 20;
    private static final int DOCUMENTS = 20_000;
    private static final int LARGEST_BYTES = 1 << 20;
    private static final long LANE_BYTES = 16L << 20;
    private static final Duration WITHIN = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration CALL = Duration.ofSeconds(3);

    /** Of the output, before the clock starts: what the start takes is not a rate. */
    private static final double WARM_UP = 0.2;

    private final String bootstrapServers;
    private final Path directory;
    private final int records;
    private int runs;

    /**
     * @param directory for the state of the stages
     * @param records in a run
     */
    StageRate(String bootstrapServers, Path directory, int records) {
        this.bootstrapServers = bootstrapServers;
        this.directory = directory;
        this.records = records;
    }

    /** Fills the input; to be called once, before the runs. */
    void fill(Random random) throws ExecutionException, InterruptedException {
        create(IN);
        // No two alike: what compresses to nothing costs nothing.
        byte[] text = new byte[TEXT_BYTES];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) (' ' + random.nextInt(64));
        }
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                int from = random.nextInt(text.length - VALUE_BYTES);
                byte[] value = Arrays.copyOfRange(text, from, from + VALUE_BYTES);
                byte[] key = ("document-" + i % DOCUMENTS).getBytes(StandardCharsets.UTF_8);
                var unused = producer.send(
                        new ProducerRecord<>(IN, 0, key, value), (sent, failed) -> failure.compareAndSet(null, failed));
            }
        }
        Exception failed = failure.get();
        if (failed != null) {
            throw new BenchException("the records of the stage's benchmark could not be sent: " + failed.getMessage());
        }
    }

    /** Records a second of the stage. */
    double stage() throws ExecutionException, InterruptedException {
        String name = "bench-stage-" + runs++;
        create(name);
        ExecutorService worker = Executors.newSingleThreadExecutor();
        StageOptions options = new StageOptions(
                name,
                Map.of(IN, LANE_BYTES),
                "heads",
                LARGEST_BYTES,
                Map.of(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                directory.resolve(name),
                name,
                CALL,
                CALL);
        Stage<?, ?> stage = new Stage<>(options, () -> new NoWork(worker), NoWork.OFFSETS);
        var unused = StageRuntime.seedOffsets(options);
        try (StageRuntime runtime = StageRuntime.start(stage, topology(stage, name))) {
            return rate(name, runtime::state);
        } finally {
            worker.shutdownNow();
        }
    }

    private static Topology topology(Stage<?, ?> stage, String out) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        Topology topology = new Topology();
        topology.addSource("in", bytes, bytes, IN);
        topology.addProcessor("stage", stage, "in");
        topology.addSink(
                NoWork.SINK, out, RoutedKey.SERIALIZER, new ByteArraySerializer(), RoutedKey.PARTITIONER, "stage");
        return topology;
    }

    /** Records a second of {@code mapValues}. */
    double mapValues() throws ExecutionException, InterruptedException {
        String name = "bench-map-" + runs++;
        create(name);
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(IN, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .mapValues(value -> value)
                .to(name, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        Map<String, Object> config = new HashMap<>();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve(name).toString());
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.put("processing.exception.handler.global.enabled", true);
        KafkaStreams streams = new KafkaStreams(builder.build(), new StreamsConfig(config));
        try {
            streams.start();
            return rate(name, () -> streams.state().toString());
        } finally {
            boolean unused = streams.close(CloseOptions.timeout(WITHIN));
        }
    }

    private double rate(String topic, Supplier<String> state) throws ExecutionException, InterruptedException {
        TopicPartition partition = new TopicPartition(topic, 0);
        long until = System.nanoTime() + WITHIN.toNanos();
        try (Admin admin = admin()) {
            long first = 0;
            long firstAt = 0;
            while (System.nanoTime() < until) {
                long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get()
                        .offset();
                long now = System.nanoTime();
                if (firstAt == 0 && end >= WARM_UP * records) {
                    first = end;
                    firstAt = now;
                }
                if (end >= records) {
                    return (end - first) / ((now - firstAt) / 1e9);
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
        throw new BenchException(topic + " did not get its " + records + " records within " + WITHIN.toMinutes()
                + " min; the application is " + state.get());
    }

    private void create(String topic) throws ExecutionException, InterruptedException {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, (Object) bootstrapServers));
    }
}
