package dev.streambed.cli;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Twenty interactive events a second, on a thread of its own, as many that are no JSON while it is wrong, and more at once when it is asked for. Thread-safe.
 */
final class AlertsLoad implements AutoCloseable {
    /** More than a day of work for two instances of a slow stub, with the hour that the short rules have. */
    private static final int FLOOD = 12_000;

    private static final int BURST = 200;
    private static final String WORDS = "the twinkling of stars is made by the air ".repeat(6);

    private final KafkaProducer<byte[], byte[]> producer;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicBoolean isWrong = new AtomicBoolean();

    AlertsLoad(String bootstrapServers) {
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    void begin() {
        ScheduledFuture<?> unused = clock.scheduleAtFixedRate(
                () -> {
                    send("documents", "stars " + sent);
                    if (isWrong.get()) {
                        send("documents", "the quotes\" are not");
                    }
                },
                0,
                50,
                TimeUnit.MILLISECONDS);
    }

    void beWrong(boolean wrong) {
        isWrong.set(wrong);
    }

    /** Many long ones, for which nobody waits. */
    void flood() {
        for (int i = 0; i < FLOOD; i++) {
            send("documents.bulk", WORDS + i);
        }
        producer.flush();
    }

    /** Interactive ones that are so short that some make a batch. */
    void burst() {
        for (int i = 0; i < BURST; i++) {
            send("documents", "star " + i);
        }
        producer.flush();
    }

    private void send(String topic, String text) {
        String id = topic + sent.incrementAndGet();
        String json = "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}";
        var unused = producer.send(new ProducerRecord<>(
                topic, id.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        clock.shutdownNow();
        producer.close(Duration.ofSeconds(5));
    }
}
