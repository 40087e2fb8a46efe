package dev.streambed.completion;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one document change, as CONTRACT.md fixes it.
 *
 * @param eventId the event answered ({@code ce_causationid})
 * @param documentId the document, or null where none could be read
 * @param version the version stored or refused, or null where none is known
 * @param outcome what became of it
 * @param reason why, or null where the outcome says all
 * @param chunks rows of the document now in the store; 0 where none
 * @param truncated whether text beyond the model's limit was cut
 * @param pipeline the pipeline's name
 * @param timings each step apart
 * @param correlationId the caller's, passed through, or null
 * @param traceparent W3C trace context: where the event was traced, that of the span which sent the answer; else the caller's own, or null
 */
public record Completion(
        String eventId,
        @Nullable String documentId,
        @Nullable Long version,
        Outcome outcome,
        @Nullable Reason reason,
        int chunks,
        boolean truncated,
        String pipeline,
        Timings timings,
        @Nullable String correlationId,
        @Nullable String traceparent) {}
