package dev.streambed.observe.trace;

import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.document.EventContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The spans of records, with the attributes that OpenTelemetry's conventions for messaging give them. Immutable; any thread. */
public final class MessageSpans {
    private static final String KAFKA = "kafka";

    private final Tracing tracing;
    private final String group;
    private final boolean begins;

    private MessageSpans(Tracing tracing, String group, boolean begins) {
        this.tracing = tracing;
        this.group = group;
        this.begins = begins;
    }

    /**
     * Of a stage whose events may come without a trace: then some begin one.
     *
     * @param group the consumer group
     */
    public static MessageSpans beginning(Tracing tracing, String group) {
        return new MessageSpans(tracing, group, true);
    }

    /** Of a stage that only goes on with what an earlier one traced. */
    public static MessageSpans resuming(Tracing tracing, String group) {
        return new MessageSpans(tracing, group, false);
    }

    /**
     * A record has arrived.
     *
     * @param context of the event that is behind it
     * @param documentId null where none could be read
     */
    public TraceSpan arrived(
            SpanName name, ConsumerRecord<byte[], byte[]> record, EventContext context, @Nullable String documentId) {
        TraceSpan span = begins
                ? tracing.begin(name, record.topic(), context.traceparent())
                : tracing.resume(name, record.topic(), context.traceparent());
        if (span.isRecording()) {
            describe(span, name, record.topic(), documentId, context.eventId());
            span.set(SpanAttribute.MESSAGING_GROUP, group)
                    .set(SpanAttribute.MESSAGING_PARTITION, Integer.toString(record.partition()))
                    .set(SpanAttribute.MESSAGING_OFFSET, record.offset())
                    .set(SpanAttribute.MESSAGING_CONVERSATION_ID, context.correlationId());
            size(span, record.value());
        }
        return span;
    }

    /**
     * A record is to be sent as the consequence of another.
     *
     * @param context of the event that is behind it
     * @param documentId null where none could be read
     */
    public static TraceSpan sending(
            TraceSpan cause, SpanName name, String topic, @Nullable String documentId, EventContext context) {
        TraceSpan span = cause.child(name, topic);
        if (span.isRecording()) {
            describe(span, name, topic, documentId, context.eventId());
        }
        return span;
    }

    /** What every span of a record says. */
    public static void describe(
            TraceSpan span, SpanName name, String topic, @Nullable String documentId, @Nullable String messageId) {
        span.set(SpanAttribute.MESSAGING_SYSTEM, KAFKA)
                .set(SpanAttribute.MESSAGING_OPERATION_TYPE, name.operation())
                .set(SpanAttribute.MESSAGING_OPERATION_NAME, name.operation())
                .set(SpanAttribute.MESSAGING_DESTINATION, topic)
                .set(SpanAttribute.MESSAGING_KEY, documentId)
                .set(SpanAttribute.MESSAGING_MESSAGE_ID, messageId);
    }

    private static void size(TraceSpan span, byte @Nullable [] value) {
        if (value == null) {
            span.set(SpanAttribute.MESSAGING_TOMBSTONE, true);
        } else {
            span.set(SpanAttribute.MESSAGING_BODY_SIZE, value.length);
        }
    }

    /** Ends the span of an event whose outcome is known. Of the reason only the code is told: its message quotes. */
    public static void ended(TraceSpan span, Outcome outcome, @Nullable Reason reason) {
        if (!span.isRecording()) {
            return;
        }
        String code = reason == null ? null : reason.code().wireName();
        span.set(SpanAttribute.OUTCOME, outcome.name()).set(SpanAttribute.REASON, code);
        if (outcome == Outcome.FAILED || outcome == Outcome.REJECTED) {
            span.failed(code == null ? outcome.name() : code);
        }
        span.end();
    }
}
