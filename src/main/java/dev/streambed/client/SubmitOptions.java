package dev.streambed.client;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one change is sent and awaited. Immutable; start from {@link #DEFAULTS}.
 *
 * @param bulk into the lane where nobody waits, {@code documents.bulk}; default false
 * @param expiresAt not worth embedding after it, and then answered {@code EXPIRED}; ignored for a deletion; default null, never
 * @param correlationId comes back in the completion, at most 512 bytes; default null
 * @param traceparent W3C trace context of the span that submits; the completion's is in the same trace; default null
 * @param timeout of the wait, not of the work; default null, the client's
 */
public record SubmitOptions(
        boolean bulk,
        @Nullable Instant expiresAt,
        @Nullable String correlationId,
        @Nullable String traceparent,
        @Nullable Duration timeout) {
    public static final SubmitOptions DEFAULTS = new SubmitOptions(false, null, null, null, null);

    public SubmitOptions withBulk(boolean newBulk) {
        return new SubmitOptions(newBulk, expiresAt, correlationId, traceparent, timeout);
    }

    public SubmitOptions withExpiresAt(@Nullable Instant newExpiresAt) {
        return new SubmitOptions(bulk, newExpiresAt, correlationId, traceparent, timeout);
    }

    public SubmitOptions withCorrelationId(@Nullable String newCorrelationId) {
        return new SubmitOptions(bulk, expiresAt, newCorrelationId, traceparent, timeout);
    }

    public SubmitOptions withTraceparent(@Nullable String newTraceparent) {
        return new SubmitOptions(bulk, expiresAt, correlationId, newTraceparent, timeout);
    }

    public SubmitOptions withTimeout(@Nullable Duration newTimeout) {
        return new SubmitOptions(bulk, expiresAt, correlationId, traceparent, newTimeout);
    }
}
