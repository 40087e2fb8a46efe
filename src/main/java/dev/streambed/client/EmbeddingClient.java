package dev.streambed.client;

import dev.streambed.completion.Completion;
import dev.streambed.completion.EventHeaders;
import dev.streambed.document.DocumentChange;
import dev.streambed.document.DocumentChangeJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Submits document changes and completes a future with the outcome of each. One for a process is enough: thread-safe.
 *
 * <p><b>Futures</b> end with a {@link Completion} of any outcome, {@code REJECTED} and {@code FAILED} too; or exceptionally with
 * {@link java.util.concurrent.TimeoutException} (the wait has ended, the work has not), {@link TooManyPendingException} (nothing was
 * sent), {@link ClientClosedException}, or {@link EmbeddingClientException} (not sent, or its answer unreadable). The first answer to
 * an event counts; a repetition after a crash of the service is dropped. Cancelling a future ends the wait only.
 *
 * <p><b>Threads.</b> The client owns a producer, a consumer with its thread, and a thread for timeouts, all daemons. Futures are
 * completed on them: a dependent that blocks holds up every other answer, so give such work an executor ({@code thenApplyAsync}).
 *
 * <p>It reads one partition of {@code completions}, from where it ends when the client connects; no consumer group is made.
 */
public final class EmbeddingClient implements AutoCloseable {
    private static final String SOURCE = "/streambed/client";

    private final EmbeddingClientConfig config;
    private final Producer<byte[], byte[]> producer;
    private final CompletionReader reader;
    private final PendingSubmissions pending;
    private final int replyPartition;

    EmbeddingClient(
            EmbeddingClientConfig config,
            Producer<byte[], byte[]> producer,
            CompletionReader reader,
            PendingSubmissions pending,
            int replyPartition) {
        this.config = config;
        this.producer = producer;
        this.reader = reader;
        this.pending = pending;
        this.replyPartition = replyPartition;
    }

    /**
     * Connects, and takes the position in the reply partition, so that no answer can be missed. Blocks, for
     * {@link EmbeddingClientConfig#connectTimeout} at most.
     *
     * @throws EmbeddingClientException if Kafka cannot be reached or a topic is not there; nothing is left open
     */
    public static EmbeddingClient connect(EmbeddingClientConfig config) {
        return Connection.open(config);
    }

    /** Submits a change with {@link SubmitOptions#DEFAULTS}. */
    public CompletableFuture<Completion> submit(DocumentChange change) {
        return submit(change, SubmitOptions.DEFAULTS);
    }

    /**
     * Submits a change. Does not wait for the broker; blocks for {@link EmbeddingClientConfig#maxBlock} at most, when the producer's
     * memory is full or no broker can be reached, and then the future fails. Changes of one document submitted from one thread keep
     * their order.
     */
    public CompletableFuture<Completion> submit(DocumentChange change, SubmitOptions options) {
        return send(
                change.id().getBytes(StandardCharsets.UTF_8), DocumentChangeJson.encode(change), change.id(), options);
    }

    /**
     * Submits a record as it is, for who has the bytes already; wrong ones are answered {@code REJECTED}.
     *
     * @param key the document id in UTF-8
     * @param value the change as JSON; null deletes the key's document
     */
    public CompletableFuture<Completion> submitRecord(
            byte @Nullable [] key, byte @Nullable [] value, SubmitOptions options) {
        return send(key, value, null, options);
    }

    /** Submissions not answered yet. */
    public int pending() {
        return pending.count();
    }

    /** The partition of {@code completions} this client reads. */
    public int replyPartition() {
        return replyPartition;
    }

    /**
     * Sends what is still in the producer's memory, fails every wait with {@link ClientClosedException}, and ends the threads; within
     * {@link EmbeddingClientConfig#closeTimeout} for each of the two Kafka clients. What was sent is still worked on.
     */
    @Override
    public void close() {
        Duration timeout = config.closeTimeout();
        pending.refuseAll(new ClientClosedException());
        producer.close(timeout);
        reader.stop(timeout);
    }

    private CompletableFuture<Completion> send(
            byte @Nullable [] key, byte @Nullable [] value, @Nullable String subject, SubmitOptions options) {
        String eventId = UUID.randomUUID().toString();
        Duration timeout = options.timeout() != null ? options.timeout() : config.timeout();
        CompletableFuture<Completion> future = pending.add(eventId, timeout);
        if (future.isDone()) {
            return future;
        }
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(config.documentsTopic(options.bulk()), null, key, value);
        addHeaders(record.headers(), eventId, subject, options);
        try {
            var unused = producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    pending.fail(eventId, notSent(eventId, failure));
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            pending.fail(eventId, notSent(eventId, e));
        }
        return future;
    }

    private void addHeaders(Headers headers, String eventId, @Nullable String subject, SubmitOptions options) {
        EventHeaders.add(headers, EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_1_0);
        EventHeaders.add(headers, EventHeaders.TYPE, EventHeaders.DOCUMENT_CHANGED);
        EventHeaders.add(headers, EventHeaders.SOURCE, SOURCE);
        EventHeaders.add(headers, EventHeaders.ID, eventId);
        EventHeaders.add(headers, EventHeaders.SUBJECT, subject);
        EventHeaders.add(headers, EventHeaders.REPLY_PARTITION, Integer.toString(replyPartition));
        EventHeaders.add(
                headers,
                EventHeaders.EXPIRY_TIME,
                options.expiresAt() == null ? null : options.expiresAt().toString());
        EventHeaders.add(headers, EventHeaders.CORRELATION_ID, options.correlationId());
        EventHeaders.add(headers, EventHeaders.TRACEPARENT, options.traceparent());
        EventHeaders.add(headers, EventHeaders.CONTENT_TYPE, EventHeaders.JSON);
    }

    private static EmbeddingClientException notSent(String eventId, Exception failure) {
        String advice = failure instanceof RecordTooLargeException
                ? "; the document is larger than the topic takes: split it"
                : "";
        return new EmbeddingClientException(
                "event " + eventId + " was not sent: " + failure.getMessage() + advice, failure);
    }
}
