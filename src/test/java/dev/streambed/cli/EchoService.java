package dev.streambed.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Service;
import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.EventHeaders;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import dev.streambed.completion.Timings;
import dev.streambed.index.Hit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the service where the command line is under test: answers each event by a look at its text, on a real broker. A text
 * of "(silence)" gets no answer.
 */
final class EchoService implements Service {
    private final ObjectMapper mapper = new ObjectMapper();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final String completions;
    private final CountDownLatch reading = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopping;

    EchoService(StreambedConfig config) {
        Map<String, Object> consumerSettings = new HashMap<>(config.kafka().consumer());
        consumerSettings.put("auto.offset.reset", "earliest");
        consumer = new KafkaConsumer<>(consumerSettings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        producer = new KafkaProducer<>(config.kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer());
        completions = config.topics().completions();
        List<TopicPartition> partitions = List.of(
                        config.topics().documents(), config.topics().documentsBulk())
                .stream()
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        thread = new Thread(this::answer, "echo");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public @Nullable String notReadyReason() {
        return reading.getCount() == 0 ? null : "not reading yet";
    }

    @Override
    public @Nullable String notLiveReason() {
        return null;
    }

    @Override
    public List<List<Hit>> search(List<String> queries, int k) {
        return queries.stream()
                .map(query -> List.of(new Hit("found/" + query.length(), 0, 0.5, "echo of " + query)))
                .toList();
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }

    private void answer() {
        while (!stopping) {
            for (ConsumerRecord<byte[], byte[]> event : consumer.poll(Duration.ofMillis(50))) {
                try {
                    answer(event);
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException(e);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            reading.countDown();
        }
        consumer.close();
    }

    private void answer(ConsumerRecord<byte[], byte[]> event) throws IOException {
        JsonNode body = mapper.readTree(event.value());
        String text = body.path("text").asText();
        boolean deletion = body.path("type").asText().equals("delete");
        if (text.equals("(silence)")) {
            return;
        }
        Outcome outcome = deletion ? Outcome.DELETED : text.isBlank() ? Outcome.REJECTED : Outcome.INDEXED;
        Completion completion = new Completion(
                String.valueOf(EventHeaders.text(event.headers(), EventHeaders.ID)),
                new String(event.key(), StandardCharsets.UTF_8),
                1L,
                outcome,
                outcome == Outcome.REJECTED ? new Reason(ReasonCode.EMPTY_TEXT, "the text is empty") : null,
                1,
                false,
                "echo",
                Timings.NONE,
                null,
                null);
        String reply = EventHeaders.text(event.headers(), EventHeaders.REPLY_PARTITION);
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(
                completions,
                reply == null ? null : Integer.valueOf(reply),
                CompletionCodec.key(completion),
                CompletionCodec.value(completion),
                CompletionCodec.headers(completion)));
    }
}
