package dev.streambed.document;

import org.jspecify.annotations.Nullable;

/**
 * What travels with an event from its producer to its completion, untouched.
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
        @Nullable String traceparent) {}
