package dev.streambed.observe.lag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@link LagMonitorTest} has what it reads; this is how long it waits. */
class HeadReaderTest {
    private static final TopicPartition ANSWERS = new TopicPartition("documents", 0);
    private static final TopicPartition SILENT = new TopicPartition("documents", 1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    @Timeout(120)
    void waitsForItsTimeAndReturnsWhatHasCome() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        AtomicLong nanos = new AtomicLong();
        AtomicLong step = new AtomicLong();
        LongSupplier clock = () -> {
            looks.incrementAndGet();
            return nanos.getAndAdd(step.get());
        };
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                HeadReader reader = new HeadReader(Map.of("bootstrap.servers", broker.bootstrapServers()), clock)) {
            admin.createTopics(List.of(new NewTopic("documents", 2, (short) 1)))
                    .all()
                    .get();
            send(broker);
            // Given: what was read while no time passed, and then a second with each look at the clock.
            Map<TopicPartition, HeadReader.Head> first = reader.at(Map.of(ANSWERS, 0L));
            assertThat(first).containsOnlyKeys(ANSWERS);
            looks.set(0);
            step.set(Duration.ofSeconds(1).toNanos());

            Map<TopicPartition, HeadReader.Head> heads = reader.at(Map.of(ANSWERS, 0L, SILENT, 0L));

            assertThat(heads).isEqualTo(first);
            assertThat(looks).as("one to begin with, and until 5 s are over").hasValue(6);
        }
    }

    private static void send(EmbeddedBroker broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(ANSWERS.topic(), ANSWERS.partition(), 1_000L, null, new byte[10]))
                    .get();
        }
    }
}
