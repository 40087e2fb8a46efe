package dev.streambed.cli.publish;

import dev.streambed.completion.Completion;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends one event as it is. */
public interface EventSender extends AutoCloseable {
    /**
     * Sends; may block while the producer's buffer is full.
     *
     * @param id the record's key
     * @param value the record's value, as it is
     * @return completes with the outcome; with null at the broker's acknowledgement where outcomes are not awaited; exceptionally with
     *     {@link java.util.concurrent.TimeoutException} where the outcome did not come in time, with anything else where the event was not
     *     sent
     */
    CompletableFuture<@Nullable Completion> send(String id, byte[] value);

    @Override
    void close();
}
