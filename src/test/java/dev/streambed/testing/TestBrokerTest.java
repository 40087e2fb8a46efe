package dev.streambed.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

@BrokerTest
class TestBrokerTest {
    @Test
    void keepsItsRecordsAndItsPortWhenStartedAgain() throws Exception {
        try (TestBroker broker = TestBroker.start()) {
            broker.createTopic("words", 1, Map.of("max.message.bytes", "2097152"));
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                    Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                    new ByteArraySerializer(),
                    new ByteArraySerializer())) {
                producer.send(new ProducerRecord<>("words", "hello".getBytes(StandardCharsets.UTF_8)))
                        .get();
            }

            broker.stop();
            broker.startAgain();

            try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                    Map.of(
                            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                            broker.bootstrapServers(),
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                            "earliest"),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer())) {
                consumer.assign(List.of(new TopicPartition("words", 0)));
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(30));
                assertThat(records).hasSize(1);
                assertThat(records.iterator().next().value())
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo("hello");
            }
        }
    }
}
