package dev.streambed.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.broker.EmbeddedBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LagMonitorTest {
    private static final String TOPIC = "documents";
    private static final String GROUP = "streambed-minilm-embed";

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
            List<LagMonitor.Group> groups = List.of(new LagMonitor.Group(GROUP, List.of(TOPIC)));
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
            List<LagMonitor.Group> groups = List.of(new LagMonitor.Group(GROUP, List.of(TOPIC)));
            try (LagMonitor monitor = new LagMonitor(settings, settings, groups, registry, clock)) {
                monitor.read();

                assertThat(gauge(registry, "streambed.lag.records", 0)).isEqualTo(4);
                assertThat(gauge(registry, "streambed.lag.seconds", 0)).isEqualTo(60);
            }
        }
    }

    @Test
    void countsAReadingThatFails() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            List<LagMonitor.Group> groups = List.of(new LagMonitor.Group(GROUP, List.of("no-such-topic")));
            try (LagMonitor monitor = new LagMonitor(settings, settings, groups, registry, Clock.systemUTC())) {
                monitor.read();

                assertThat(registry.get("streambed.lag.failures").counter().count())
                        .isEqualTo(1);
            }
        }
    }

    private static void send(EmbeddedBroker broker, int count, long firstMillis) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(TOPIC, 0, firstMillis + i * 1000L, null, new byte[10]))
                        .get();
            }
        }
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
