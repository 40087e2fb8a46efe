package dev.streambed.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void keepsItsRecordsOverARestartOnAnotherPort() throws Exception {
        int firstPort;
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            firstPort = broker.port();
            createTopic(broker, "kept");
            send(broker, "kept", "before the restart");
        }

        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            assertThat(broker.port()).isNotEqualTo(firstPort);
            assertThat(readOne(broker, "kept")).isEqualTo("before the restart");
        }

        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, firstPort)) {
            assertThat(broker.bootstrapServers()).isEqualTo("127.0.0.1:" + firstPort);
            assertThat(readOne(broker, "kept")).isEqualTo("before the restart");
        }
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> EmbeddedBroker.start(directory, taken.getLocalPort()))
                    .isInstanceOf(BindException.class)
                    .hasMessage("port " + taken.getLocalPort() + " is taken");
        }
    }

    @Test
    void refusesADirectoryThatIsInUse() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            assertThatThrownBy(() -> EmbeddedBroker.start(directory, 0))
                    .hasMessageContaining("is in use by another broker");
            createTopic(broker, "still-serving");
        }
    }

    @Test
    void makesNoTopicByItself() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(admin.listTopics().names().get()).isEmpty();
            assertThatThrownBy(() -> send(broker, "nobody-made-me", "x")).isNotNull();
        }
    }

    @Test
    void closingItTwiceIsNoDeath() throws Exception {
        List<Throwable> deaths = new CopyOnWriteArrayList<>();
        EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
        broker.onDeath(deaths::add);

        broker.close();
        broker.close();

        assertThat(deaths).isEmpty();
    }

    @Test
    void tellsThatItGaveUpInsteadOfEndingTheProcess() throws Exception {
        CompletableFuture<Throwable> death = new CompletableFuture<>();
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            broker.onDeath(death::complete);

            // What the broker itself calls on a fatal error.
            Exit.halt(1, "the disk is full");

            assertThat(death.get(10, TimeUnit.SECONDS)).hasMessageContaining("the disk is full");
        }
    }

    private static void createTopic(EmbeddedBroker broker, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) -1)))
                    .all()
                    .get();
        }
    }

    private static void send(EmbeddedBroker broker, String topic, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", broker.bootstrapServers(), "max.block.ms", "2000");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    private static String readOne(EmbeddedBroker broker, String topic) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            return consumer.poll(Duration.ofSeconds(20)).iterator().next().value();
        }
    }
}
