package dev.streambed.observe.lag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.broker.EmbeddedBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LagMonitorTest {
    private static final String TOPIC = "documents";
    private static final String GROUP = "streambed-minilm-embed";

    /** Partitions of a large installation. */
    private static final int MANY = 64;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void countsFromTheCommittedOffsetAndTellsTheAgeOfTheOldestUnreadRecord() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 2, (short) 1))).all().get();
            // Appended at 1,000 s, 1,001 s, … of the epoch, as the producer says: partition 0 has five, partition 1
            // none.
            send(broker, 5, 1_000_000);
            commit(admin, 2);
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            Clock clock = Clock.fixed(Instant.ofEpochSecond(1_060), ZoneOffset.UTC);
            List<LagGroup> groups = List.of(group(TOPIC, "interactive", Pace.UNKNOWN));
            try (LagMonitor monitor = new LagMonitor(settings, settings, groups, registry, clock)) {
                monitor.read();
                assertThat(gauge(registry, "streambed.lag.records", 0)).isEqualTo(3);
                assertThat(gauge(registry, "streambed.lag.seconds", 0)).isEqualTo(58);
                assertThat(gauge(registry, "streambed.lag.records", 1)).isZero();
                assertThat(gauge(registry, "streambed.lag.seconds", 1)).isZero();

                commit(admin, 4);
                monitor.read();
                assertThat(gauge(registry, "streambed.lag.records", 0)).isEqualTo(1);
                assertThat(gauge(registry, "streambed.lag.seconds", 0)).isEqualTo(56);

                commit(admin, 5);
                monitor.read();
                assertThat(gauge(registry, "streambed.lag.records", 0)).isZero();
                assertThat(gauge(registry, "streambed.lag.seconds", 0)).isZero();
                assertThat(registry.get("streambed.lag.failures").counter().count())
                        .isZero();
            }
        }
    }

    @Test
    void aGroupThatNeverCommittedIsBehindByEverything() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
            send(broker, 4, 1_000_000);
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            Clock clock = Clock.fixed(Instant.ofEpochSecond(1_060), ZoneOffset.UTC);
            List<LagGroup> groups = List.of(group(TOPIC, "interactive", Pace.UNKNOWN));
            try (LagMonitor monitor = new LagMonitor(settings, settings, groups, registry, clock)) {
                monitor.read();

                assertThat(gauge(registry, "streambed.lag.records", 0)).isEqualTo(4);
                assertThat(gauge(registry, "streambed.lag.seconds", 0)).isEqualTo(60);
            }
        }
    }

    @Test
    void tellsBytesTokensTheWorkInThemAndTheShareOfTheRetention() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Map<String, String> kept = Map.of(TopicConfig.RETENTION_MS_CONFIG, "120000");
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(kept)))
                    .all()
                    .get();
            send(broker, 4, 1_000_000);
            commit(admin, 1);
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            Clock clock = Clock.fixed(Instant.ofEpochSecond(1_061), ZoneOffset.UTC);
            AtomicReference<Pace> pace = new AtomicReference<>(Pace.UNKNOWN);
            List<LagGroup> groups = List.of(group(TOPIC, "bulk", Pace.UNKNOWN).withPace(pace::get));
            try (LagMonitor monitor = new LagMonitor(settings, settings, groups, registry, clock)) {
                monitor.read();
                assertThat(gauge(registry, "streambed.lag.bytes", 0))
                        .as("3 records of 10 bytes")
                        .isEqualTo(30);
                assertThat(gauge(registry, "streambed.lag.retention.ratio", 0))
                        .as("60 s of 120")
                        .isEqualTo(0.5);
                assertThat(registry.find("streambed.lag.tokens.estimate").gauge())
                        .as("nothing was measured")
                        .isNull();
                assertThat(registry.find("streambed.lag.work.seconds").gauge()).isNull();

                pace.set(Pace.ofTokens(0.5, 5));
                monitor.read();
                assertThat(registry.get("streambed.lag.tokens.estimate")
                                .tags("role", "embed", "lane", "bulk", "pipeline", "minilm")
                                .gauge()
                                .value())
                        .isEqualTo(15);
                assertThat(registry.get("streambed.lag.work.seconds").gauge().value())
                        .isEqualTo(3);

                pace.set(Pace.ofRecords(2));
                monitor.read();
                assertThat(registry.get("streambed.lag.work.seconds").gauge().value())
                        .as("3 records, 2 a second")
                        .isEqualTo(1.5);
                assertThat(monitor.latest().lanes()).singleElement().satisfies(lane -> {
                    assertThat(lane.records()).isEqualTo(3);
                    assertThat(lane.bytes()).isEqualTo(30);
                    assertThat(lane.seconds()).isEqualTo(60);
                    assertThat(lane.retentionRatio()).isEqualTo(0.5);
                    assertThat(lane.workSeconds()).isEqualTo(1.5);
                    assertThat(lane.tokens()).isNaN();
                });

                commit(admin, 4);
                monitor.read();
                assertThat(registry.get("streambed.lag.work.seconds").gauge().value())
                        .isZero();
                assertThat(gauge(registry, "streambed.lag.bytes", 0)).isZero();
                assertThat(gauge(registry, "streambed.lag.retention.ratio", 0)).isZero();
            }
        }
    }

    /** The oldest may be in any of them, and retention takes it there as well. */
    @Test
    void knowsTheAgeInEachOfManyPartitions() throws Exception {
        List<String> topics = List.of("documents", "documents.bulk");
        int oldest = MANY - 2;
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, MANY, (short) 1)
                                    .configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, "120000")))
                            .toList())
                    .all()
                    .get();
            try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
                for (String topic : topics) {
                    for (int partition = 0; partition < MANY; partition++) {
                        long appended = partition == oldest ? 1_000_000 : 1_050_000;
                        // Every third is larger than what a broker sends beside others.
                        byte[] value = new byte[partition % 3 == 0 ? 60_000 : 300];
                        Future<?> unused = producer.send(new ProducerRecord<>(topic, partition, appended, null, value));
                    }
                }
                producer.flush();
            }
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            Clock clock = Clock.fixed(Instant.ofEpochSecond(1_060), ZoneOffset.UTC);
            LagGroup group = new LagGroup(
                    "minilm",
                    GROUP,
                    "embed",
                    List.of(
                            new LagGroup.Input("documents", "interactive"),
                            new LagGroup.Input("documents.bulk", "bulk")),
                    () -> Pace.UNKNOWN);
            try (LagMonitor monitor = new LagMonitor(settings, settings, List.of(group), registry, clock)) {
                monitor.read();

                assertThat(monitor.latest().lanes()).hasSize(2).allSatisfy(lane -> {
                    assertThat(lane.partitions())
                            .hasSize(MANY)
                            .allSatisfy(partition -> assertThat(partition.seconds())
                                    .as("partition %s of %s", partition.partition(), lane.topic())
                                    .isEqualTo(partition.partition() == oldest ? 60 : 10));
                    assertThat(lane.seconds()).isEqualTo(60);
                    assertThat(lane.retentionRatio()).isEqualTo(0.5);
                });
                assertThat(registry.get("streambed.lag.retention.ratio").gauges())
                        .hasSize(2 * MANY);
            }
        }
    }

    @Test
    void theLogIsHeldAgainstTheShorterHalfOfItsTombstoneWindow() {
        assertThat(retention("compact", "-1", "1000", "3000").ratioOf(0.5)).isEqualTo(0.5);
        assertThat(retention("compact", "-1", "3000", "1000").ratioOf(0.5)).isEqualTo(0.5);
        assertThat(retention("compact,delete", "500", "3000", "1000").ratioOf(0.5))
                .isEqualTo(1);
        assertThat(retention("delete", "-1", "0", "1000").ratioOf(1e9))
                .as("kept for ever")
                .isZero();
        assertThat(retention("compact", "-1", "0", "1000").ratioOf(1))
                .as("no version is safe")
                .isGreaterThan(1);
    }

    private static Retention retention(String policy, String retention, String compactionLag, String deleteRetention) {
        return Retention.of(new Config(List.of(
                new ConfigEntry(TopicConfig.CLEANUP_POLICY_CONFIG, policy),
                new ConfigEntry(TopicConfig.RETENTION_MS_CONFIG, retention),
                new ConfigEntry(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, compactionLag),
                new ConfigEntry(TopicConfig.DELETE_RETENTION_MS_CONFIG, deleteRetention))));
    }

    @Test
    void countsAReadingThatFails() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            List<LagGroup> groups = List.of(group("no-such-topic", "interactive", Pace.UNKNOWN));
            try (LagMonitor monitor = new LagMonitor(settings, settings, groups, registry, Clock.systemUTC())) {
                monitor.read();

                assertThat(registry.get("streambed.lag.failures").counter().count())
                        .isPositive();
                assertThat(monitor.latest()).isEqualTo(LagSnapshot.NONE);
            }
        }
    }

    private static LagGroup group(String topic, String lane, Pace pace) {
        return new LagGroup("minilm", GROUP, "embed", List.of(new LagGroup.Input(topic, lane)), () -> pace);
    }

    private static void send(EmbeddedBroker broker, int count, long firstMillis) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(broker)) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(TOPIC, 0, firstMillis + i * 1000L, null, new byte[10]))
                        .get();
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static void commit(Admin admin, long offset) throws Exception {
        admin.alterConsumerGroupOffsets(GROUP, Map.of(new TopicPartition(TOPIC, 0), new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    private static double gauge(SimpleMeterRegistry registry, String name, int partition) {
        return registry.get(name)
                .tags("group", GROUP, "topic", TOPIC, "partition", Integer.toString(partition))
                .gauge()
                .value();
    }
}
