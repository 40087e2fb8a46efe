package dev.streambed.embed;

import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.Timings;
import dev.streambed.document.EventContext;
import dev.streambed.observe.OutcomeMetrics;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.stage.Outbound;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The answers to events that end in EMBED; each is counted. Immutable; any thread.
 *
 * @param topic of the answers
 */
record EmbedCompletions(String pipeline, String topic, OutcomeMetrics metrics, Clock clock) {
    /** Of an event that was read. */
    Outbound of(EmbedEvent event, Outcome outcome, Reason reason) {
        return of(
                event.span(),
                event.record().topic(),
                event.context(),
                event.change().id(),
                event.change().version(),
                outcome,
                reason,
                waited(event.appendedAtMillis()));
    }

    /**
     * Of any.
     *
     * @param span of its processing, which ends with this
     * @param source the topic the event came by
     * @param documentId null where none could be read
     */
    Outbound of(
            TraceSpan span,
            String source,
            EventContext context,
            @Nullable String documentId,
            @Nullable Long version,
            Outcome outcome,
            @Nullable Reason reason,
            Timings timings) {
        metrics.ended(source, outcome, reason, timings);
        TraceSpan sending = MessageSpans.sending(span, SpanName.SEND_COMPLETION, topic, documentId, context);
        MessageSpans.ended(span, outcome, reason);
        Completion completion = new Completion(
                context.eventId(),
                documentId,
                version,
                outcome,
                reason,
                0,
                false,
                pipeline,
                timings,
                context.correlationId(),
                sending.traceparentOr(context.traceparent()));
        byte[] key = CompletionCodec.key(completion);
        return new Outbound(
                EmbedTopology.COMPLETIONS,
                key,
                CompletionCodec.value(completion),
                CompletionCodec.headers(completion),
                key,
                context.replyPartition(),
                sending.whenSent());
    }

    /** Of an event that had nothing done to it. */
    Timings waited(long appendedAtMillis) {
        long total = Math.max(0, clock.millis() - appendedAtMillis);
        return new Timings(total, 0, 0, 0, total);
    }
}
