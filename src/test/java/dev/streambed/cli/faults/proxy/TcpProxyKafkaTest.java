package dev.streambed.cli.faults.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.testing.TestBroker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that says of itself that it is where the proxy is. */
@Timeout(120)
class TcpProxyKafkaTest {
    @Test
    void everythingSentArrivesOnceAndInOrderThoughTheWayHangsAndBreaks() throws Exception {
        var nowhereYet = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        try (TcpProxy proxy = TcpProxy.start(0, nowhereYet);
                TestBroker broker =
                        TestBroker.start(Map.of("advertised.listeners", "PLAINTEXT://" + proxy.address()))) {
            String[] hostAndPort = broker.bootstrapServers().split(":", 2);
            proxy.retarget(new InetSocketAddress(hostAndPort[0], Integer.parseInt(hostAndPort[1])));
            broker.createTopic("words", 1);
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", proxy.address(), "linger.ms", "0"),
                    new StringSerializer(),
                    new StringSerializer())) {
                send(producer, "passing").get();

                // when it hangs
                proxy.hang();
                Future<RecordMetadata> hanging = send(producer, "hanging");
                assertThatThrownBy(() -> hanging.get(300, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
                proxy.pass();
                hanging.get();

                // and is cut, with a request under way
                proxy.slow(Duration.ofSeconds(1), TcpProxy.UNLIMITED);
                Future<RecordMetadata> underWay = send(producer, "under way");
                proxy.cut();
                Future<RecordMetadata> cut = send(producer, "cut");
                assertThatThrownBy(() -> cut.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                proxy.pass();
                underWay.get();
                cut.get();

                proxy.cutOnce();
                send(producer, "cut once").get();
            }

            // then
            assertThat(read(proxy, 5)).containsExactly("passing", "hanging", "under way", "cut", "cut once");
            assertThat(proxy.accepted()).isGreaterThan(3);
        }
    }

    private static Future<RecordMetadata> send(KafkaProducer<String, String> producer, String word) {
        return producer.send(new ProducerRecord<>("words", word));
    }

    private static List<String> read(TcpProxy proxy, int atLeast) {
        var words = new ArrayList<String>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", proxy.address(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition("words", 0)));
            long end = consumer.endOffsets(consumer.assignment())
                    .values()
                    .iterator()
                    .next();
            assertThat(end).isGreaterThanOrEqualTo(atLeast);
            while (words.size() < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(each -> words.add(each.value()));
            }
        }
        return words;
    }
}
