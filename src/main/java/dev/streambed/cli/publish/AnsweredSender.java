package dev.streambed.cli.publish;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.client.EmbeddingClient;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.client.EmbeddingClientException;
import dev.streambed.client.SubmitOptions;
import dev.streambed.completion.Completion;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.observe.trace.Tracing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An event is through when its outcome has come, by the {@link EmbeddingClient}. Thread-safe. */
public final class AnsweredSender implements EventSender {
    /** How long a send waits for room in the producer's memory: a full one slows the run down, it does not end it. */
    private static final Duration MAX_BLOCK = Duration.ofMinutes(1);

    /** What the client sets itself, whatever the service's configuration says. */
    private static final Set<String> CLIENTS_OWN = Set.of(
            "bootstrap.servers",
            "acks",
            "enable.idempotence",
            "transactional.id",
            "partitioner.class",
            "partitioner.ignore.keys",
            "max.block.ms",
            "group.id",
            "auto.offset.reset");

    private final EmbeddingClient client;
    private final SubmitOptions options;
    private final String topic;
    private final String completions;
    private final Tracing tracing;

    private AnsweredSender(
            EmbeddingClient client, SubmitOptions options, String topic, String completions, Tracing tracing) {
        this.client = client;
        this.options = options;
        this.topic = topic;
        this.completions = completions;
        this.tracing = tracing;
    }

    /**
     * Connects, and begins to read answers, so that none can be missed.
     *
     * @param bulk into the bulk lane
     * @param timeout for one outcome, from its send
     * @param tracing of what is sent; owned by the caller
     * @throws EmbeddingClientException if Kafka cannot be reached or a topic is not there
     */
    public static AnsweredSender connect(StreambedConfig config, boolean bulk, Duration timeout, Tracing tracing) {
        Map<String, String> kafka = new HashMap<>();
        config.kafka().consumer().forEach((name, value) -> kafka.put(name, value.toString()));
        config.kafka().producer().forEach((name, value) -> kafka.put(name, value.toString()));
        kafka.keySet().removeAll(CLIENTS_OWN);
        EmbeddingClient client =
                EmbeddingClient.connect(EmbeddingClientConfig.of(config.kafka().bootstrapServers())
                        .withTopicsPrefix(config.topics().prefix())
                        .withTimeout(timeout)
                        .withMaxBlock(MAX_BLOCK)
                        .withKafkaProperties(kafka));
        return new AnsweredSender(
                client,
                SubmitOptions.DEFAULTS.withBulk(bulk),
                bulk ? config.topics().documentsBulk() : config.topics().documents(),
                config.topics().completions(),
                tracing);
    }

    @Override
    public CompletableFuture<@Nullable Completion> send(String id, byte[] value) {
        CompletableFuture<@Nullable Completion> through = new CompletableFuture<>();
        TraceSpan span = tracing.begin(SpanName.SEND_DOCUMENT, topic, null);
        MessageSpans.describe(span, SpanName.SEND_DOCUMENT, topic, id, null);
        CompletableFuture<Completion> outcome = client.submitRecord(
                id.getBytes(StandardCharsets.UTF_8), value, options.withTraceparent(span.traceparent()));
        if (outcome.isCompletedExceptionally()) {
            span.failed("not_sent");
        }
        span.end(); // the client tells nothing between this and the outcome
        CompletableFuture<Completion> unused = outcome.whenComplete((completion, failure) -> {
            if (failure == null) {
                received(completion);
                through.complete(completion);
            } else {
                through.completeExceptionally(failure);
            }
        });
        return through;
    }

    private void received(Completion completion) {
        TraceSpan span = tracing.resume(SpanName.RECEIVE_COMPLETION, completions, completion.traceparent());
        MessageSpans.describe(
                span, SpanName.RECEIVE_COMPLETION, completions, completion.documentId(), completion.eventId());
        MessageSpans.ended(span, completion.outcome(), completion.reason());
    }

    @Override
    public void close() {
        client.close();
    }
}
