package dev.streambed.index;

import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import dev.streambed.completion.Timings;
import dev.streambed.document.EventContext;
import dev.streambed.log.Provenance;
import dev.streambed.observe.OutcomeMetrics;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.stage.Answer;
import dev.streambed.stage.Outbound;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts INDEX's decisions into completions. Immutable; any thread. */
final class IndexAnswers {
    private final String pipeline;
    private final String completions;
    private final boolean completes;
    private final OutcomeMetrics metrics;
    private final Clock clock;

    /**
     * @param completions the topic of the answers
     * @param completes whether this target answers the callers; a second store is silent
     */
    IndexAnswers(String pipeline, String completions, boolean completes, OutcomeMetrics metrics, Clock clock) {
        this.pipeline = pipeline;
        this.completions = completions;
        this.completes = completes;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** The store acknowledged it. */
    Answer<Indexed> done(IndexEvent event, Outcome outcome, int chunks, @Nullable Indexed remembered) {
        return new Answer<>(completion(event, outcome, null, chunks), remembered);
    }

    /** It ends without effect. */
    Answer<Indexed> ended(IndexEvent event, Outcome outcome, ReasonCode code, String message) {
        return Answer.of(completion(event, outcome, new Reason(code, message), 0));
    }

    private List<Outbound> completion(IndexEvent event, Outcome outcome, @Nullable Reason reason, int chunks) {
        Provenance source = event.provenance();
        EventContext context = source.event();
        if (!completes) {
            MessageSpans.ended(event.span(), outcome, reason);
            return List.of();
        }
        TraceSpan sending = MessageSpans.sending(
                event.span(),
                SpanName.SEND_COMPLETION,
                completions,
                event.entry().documentId(),
                context);
        MessageSpans.ended(event.span(), outcome, reason);
        long now = clock.millis();
        Timings timings = new Timings(
                source.queueMillis(),
                source.tokenizeMillis(),
                source.embedMillis(),
                Math.max(0, now - event.arrivedAtMillis()),
                Math.max(0, now - source.appendedAtMillis()));
        metrics.ended(source.sourceTopic(), outcome, reason, timings);
        Completion completion = new Completion(
                context.eventId(),
                event.entry().documentId(),
                event.entry().version(),
                outcome,
                reason,
                chunks,
                source.truncated(),
                pipeline,
                timings,
                context.correlationId(),
                sending.traceparentOr(context.traceparent()));
        byte[] key = CompletionCodec.key(completion);
        return List.of(new Outbound(
                IndexTopology.COMPLETIONS,
                key,
                CompletionCodec.value(completion),
                CompletionCodec.headers(completion),
                key,
                context.replyPartition(),
                sending.whenSent()));
    }
}
