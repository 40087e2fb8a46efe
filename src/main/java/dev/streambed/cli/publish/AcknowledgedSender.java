package dev.streambed.cli.publish;

import dev.streambed.completion.Completion;
import dev.streambed.completion.EventHeaders;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.observe.trace.Tracing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** An event is through when the broker has it; nobody waits for its outcome. Thread-safe. */
public final class AcknowledgedSender implements EventSender {
    private static final String SOURCE = "/streambed/publish";
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    /** More than any topic takes: the broker says what is too large, not a limit of ours. */
    private static final int MAX_REQUEST_BYTES = 33 << 20;

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Tracing tracing;

    /**
     * Connects when the first event is sent.
     *
     * @param settings of a producer
     * @param topic the lane
     * @param tracing of what is sent; owned by the caller
     */
    public AcknowledgedSender(Map<String, Object> settings, String topic, Tracing tracing) {
        Map<String, Object> own = new HashMap<>(settings);
        own.put(ProducerConfig.ACKS_CONFIG, "all");
        own.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
        own.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        own.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        own.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * MAX_REQUEST_BYTES);
        this.producer = new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
        this.topic = topic;
        this.tracing = tracing;
    }

    @Override
    public CompletableFuture<@Nullable Completion> send(String id, byte[] value) {
        CompletableFuture<@Nullable Completion> through = new CompletableFuture<>();
        ProducerRecord<byte[], byte[]> event =
                new ProducerRecord<>(topic, null, id.getBytes(StandardCharsets.UTF_8), value);
        Headers headers = event.headers();
        EventHeaders.add(headers, EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_1_0);
        EventHeaders.add(headers, EventHeaders.TYPE, EventHeaders.DOCUMENT_CHANGED);
        EventHeaders.add(headers, EventHeaders.SOURCE, SOURCE);
        String eventId = UUID.randomUUID().toString();
        EventHeaders.add(headers, EventHeaders.ID, eventId);
        EventHeaders.add(headers, EventHeaders.CONTENT_TYPE, EventHeaders.JSON);
        TraceSpan span = tracing.begin(SpanName.SEND_DOCUMENT, topic, null);
        EventHeaders.add(headers, EventHeaders.TRACEPARENT, span.traceparent());
        MessageSpans.describe(span, SpanName.SEND_DOCUMENT, topic, id, eventId);
        try {
            Future<RecordMetadata> unused =
                    producer.send(event, (metadata, failure) -> ended(through, span, metadata, failure));
        } catch (RuntimeException e) {
            ended(through, span, null, e);
        }
        return through;
    }

    private static void ended(
            CompletableFuture<@Nullable Completion> through,
            TraceSpan span,
            @Nullable RecordMetadata sent,
            @Nullable Exception failure) {
        if (failure != null) {
            span.failed(failure.getClass().getName());
        } else if (sent != null && span.isRecording()) {
            span.set(SpanAttribute.MESSAGING_PARTITION, Integer.toString(sent.partition()))
                    .set(SpanAttribute.MESSAGING_OFFSET, sent.offset());
        }
        span.end();
        if (failure == null) {
            through.complete(null);
        } else {
            through.completeExceptionally(failure);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }
}
