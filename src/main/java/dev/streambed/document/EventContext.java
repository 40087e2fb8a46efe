package dev.streambed.document;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What travels with an event from its producer to its completion, untouched; but where the event is traced, the trace context becomes that
 * of the span which sent the record.
 *
 * @param eventId {@code ce_id}, or {@code <topic>-<partition>-<offset>}
 * @param correlationId {@code ce_correlationid}, or null
 * @param replyPartition the partition of {@code completions} the caller reads, or null
 * @param traceparent W3C trace context, or null
 */
public record EventContext(
        String eventId,
        @Nullable String correlationId,
        @Nullable Integer replyPartition,
        @Nullable String traceparent) {
    /** The same, with another trace context. */
    public EventContext withTraceparent(@Nullable String other) {
        return Objects.equals(traceparent, other)
                ? this
                : new EventContext(eventId, correlationId, replyPartition, other);
    }
}
