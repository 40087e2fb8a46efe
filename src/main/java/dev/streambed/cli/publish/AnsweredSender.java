package dev.streambed.cli.publish;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.client.EmbeddingClient;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.client.EmbeddingClientException;
import dev.streambed.client.SubmitOptions;
import dev.streambed.completion.Completion;
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

    private AnsweredSender(EmbeddingClient client, SubmitOptions options) {
        this.client = client;
        this.options = options;
    }

    /**
     * Connects, and begins to read answers, so that none can be missed.
     *
     * @param bulk into the bulk lane
     * @param timeout for one outcome, from its send
     * @throws EmbeddingClientException if Kafka cannot be reached or a topic is not there
     */
    public static AnsweredSender connect(StreambedConfig config, boolean bulk, Duration timeout) {
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
        return new AnsweredSender(client, SubmitOptions.DEFAULTS.withBulk(bulk));
    }

    @Override
    public CompletableFuture<@Nullable Completion> send(String id, byte[] value) {
        CompletableFuture<@Nullable Completion> through = new CompletableFuture<>();
        CompletableFuture<Completion> unused = client.submitRecord(id.getBytes(StandardCharsets.UTF_8), value, options)
                .whenComplete((completion, failure) -> {
                    if (failure == null) {
                        through.complete(completion);
                    } else {
                        through.completeExceptionally(failure);
                    }
                });
        return through;
    }

    @Override
    public void close() {
        client.close();
    }
}
