package dev.streambed.client;

import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.CompletionFormatException;
import dev.streambed.completion.EventHeaders;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads the reply partition and completes who waits. Owns its daemon thread; from {@link #start} on the consumer belongs to that
 * thread. What other clients wait for on the same partition, and repeated answers, are passed over by a header, without parsing.
 */
final class CompletionReader {
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long RETRY_MILLIS = 200;

    private final Consumer<byte[], byte[]> consumer;
    private final PendingSubmissions pending;
    private final Duration closeTimeout;
    private final Thread thread;
    private volatile boolean stopping;

    CompletionReader(
            Consumer<byte[], byte[]> consumer, PendingSubmissions pending, Duration closeTimeout, String threadName) {
        this.consumer = consumer;
        this.pending = pending;
        this.closeTimeout = closeTimeout;
        this.thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends the thread and waits for it, unless called on it (from a future's dependent). */
    void stop(Duration timeout) {
        stopping = true;
        consumer.wakeup();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(Math.max(1, timeout.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                pollOnce();
            }
        } catch (RuntimeException e) {
            pending.refuseAll(new EmbeddingClientException(
                    "answers can no longer be read: " + e.getMessage() + "; close this client and connect again", e));
        } finally {
            // Also after an Error: nobody must wait for a thread that is gone.
            pending.refuseAll(new EmbeddingClientException("answers are no longer read", null));
            consumer.close(CloseOptions.timeout(closeTimeout));
        }
    }

    private void pollOnce() {
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                answer(record);
            }
        } catch (WakeupException e) {
            // Only stop() wakes it up, and the loop looks.
        } catch (RetriableException e) {
            // The consumer retries by itself within a poll; what surfaces is rare, and must not spin.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
        }
    }

    private void answer(ConsumerRecord<byte[], byte[]> record) {
        String eventId = EventHeaders.text(record.headers(), EventHeaders.CAUSATION_ID);
        if (eventId == null || !pending.isWaiting(eventId)) {
            return;
        }
        try {
            pending.complete(eventId, CompletionCodec.decode(record.value(), record.headers()));
        } catch (CompletionFormatException e) {
            pending.fail(
                    eventId,
                    new EmbeddingClientException(
                            "the answer to event " + eventId
                                    + " cannot be read; is this client older than the service?",
                            e));
        }
    }
}
