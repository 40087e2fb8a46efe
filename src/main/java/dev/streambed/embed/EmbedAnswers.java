package dev.streambed.embed;

import dev.streambed.completion.EventHeaders;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import dev.streambed.completion.Timings;
import dev.streambed.document.Decoded;
import dev.streambed.document.DocumentChange;
import dev.streambed.document.EventContext;
import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.log.Provenance;
import dev.streambed.observe.OutcomeMetrics;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.stage.Answer;
import dev.streambed.stage.EventRef;
import dev.streambed.stage.Outbound;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts EMBED's decisions into records. Immutable; any thread. */
final class EmbedAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(EmbedAnswers.class);
    /** Marks an event that was sent on to its right partition: once is enough. */
    private static final String SENT_ON_HEADER = "sb_senton";

    private final String fingerprint;
    private final EmbedTopics topics;
    private final RecordLimits limits;
    private final DeadLetters deadLetters;
    private final EmbedCompletions completions;
    private final OutcomeMetrics metrics;
    private final Clock clock;

    /**
     * @param fingerprint the pipeline's
     * @param limits what the topics take
     */
    EmbedAnswers(
            String pipeline,
            String fingerprint,
            EmbedTopics topics,
            RecordLimits limits,
            OutcomeMetrics metrics,
            Clock clock) {
        this.fingerprint = fingerprint;
        this.topics = topics;
        this.limits = limits;
        this.deadLetters = new DeadLetters(limits.deadLetters());
        this.completions = new EmbedCompletions(pipeline, topics.completions(), metrics, clock);
        this.metrics = metrics;
        this.clock = clock;
    }

    static boolean wasSentOn(ConsumerRecord<byte[], byte[]> record) {
        return record.headers().lastHeader(SENT_ON_HEADER) != null;
    }

    /** To the partition of its key, in the same lane, under the event id it has here; null where it is too large to be sent. */
    @Nullable
    Answer<Head> sentOn(ConsumerRecord<byte[], byte[]> record, Lane lane) {
        Headers headers = new RecordHeaders(record.headers());
        if (headers.lastHeader(EventHeaders.ID) == null) {
            EventRef ref = new EventRef(record.topic(), record.partition(), record.offset());
            EventHeaders.add(headers, EventHeaders.ID, ref.toString());
        }
        EventHeaders.add(headers, SENT_ON_HEADER, "1");
        if (LogCodec.estimateBytes(record.key(), record.value(), headers) > limits.lane()) {
            return null;
        }
        metrics.sentOn(record.topic());
        String sink = lane == Lane.BULK ? EmbedTopology.SENT_ON_BULK : EmbedTopology.SENT_ON;
        return Answer.of(List.of(Outbound.byKey(sink, record.key(), record.value(), headers)));
    }

    /** Wrong input. */
    Answer<Head> rejected(ConsumerRecord<byte[], byte[]> record, Decoded.Rejected rejected, TraceSpan span) {
        Outbound completion = completions.of(
                span,
                record.topic(),
                rejected.context(),
                rejected.documentId(),
                null,
                Outcome.REJECTED,
                rejected.reason(),
                completions.waited(record.timestamp()));
        return Answer.of(List.of(completion, deadLetters.of(record, rejected.reason())));
    }

    /** An event that ends here and leaves the document alone. */
    Answer<Head> refused(EmbedEvent event, Outcome outcome, Reason reason) {
        return Answer.of(List.of(completions.of(event, outcome, reason)));
    }

    /**
     * The same, its bytes to the dead letters. A head loses its fingerprint: an earlier run of this very event may have reached the
     * log before a crash, so nothing is proven unchanged until the document is embedded again.
     */
    Answer<Head> refusedToDeadLetters(EmbedEvent event, Outcome outcome, Reason reason, @Nullable Head head) {
        return new Answer<>(
                List.of(completions.of(event, outcome, reason), deadLetters.of(event.record(), reason)),
                unproven(head));
    }

    /** Not worth embedding any more. */
    Answer<Head> expired(EmbedEvent event, @Nullable Head head) {
        Reason reason = new Reason(
                ReasonCode.EXPIRED,
                "its expirytime passed before it was embedded; publish it again if it is still wanted");
        return new Answer<>(List.of(completions.of(event, Outcome.EXPIRED, reason)), unproven(head));
    }

    /** The model's fault, not the producer's. */
    Answer<Head> embedderFailed(EmbedEvent event, @Nullable Head head, Throwable failure) {
        LOG.error("embedding {} failed", event.ref(), failure);
        Reason reason = new Reason(
                ReasonCode.EMBEDDER_FAILED,
                "the embedder failed (" + failure.getClass().getSimpleName()
                        + "); the previous version stays, the event is in the dead letters");
        return refusedToDeadLetters(event, Outcome.FAILED, reason, head);
    }

    /** In flight at a crash, and past its retention before it could be read back: nobody knows what it said. */
    Answer<Head> lost(EventRef ref) {
        LOG.error("{} was in flight and is no longer in its topic: retention is shorter than the outage", ref);
        Reason reason = new Reason(
                ReasonCode.EXPIRED,
                "the event passed its topic's retention while it was in flight; publish the document again");
        EventContext context = new EventContext(ref.toString(), null, null, null);
        return Answer.of(List.of(
                completions.of(NoSpan.NONE, ref.topic(), context, null, null, Outcome.FAILED, reason, Timings.NONE)));
    }

    /** An earlier run's result is in the log; only the head is put again. */
    Answer<Head> alreadyDurable(Head head) {
        return new Answer<>(List.of(), head);
    }

    /** The same content: a mark that INDEX answers when it gets there. */
    Answer<Head> unchanged(EmbedEvent event, Head head) {
        long version = nextVersion(event, head);
        TraceSpan sending = sendingToLog(event);
        LogEntry mark = new LogEntry.Unchanged(
                event.change().id(),
                version,
                head.contentVersion(),
                head.chunks(),
                provenance(event, sending, event.appendedAtMillis(), clock.millis(), null));
        Head next = new Head(
                version,
                explicitVersion(event, head),
                head.contentVersion(),
                head.fingerprint(),
                head.chunks(),
                head.largestChunkCount(),
                event.ref(),
                event.appendedAtMillis());
        return logged(event, "unchanged", toLog(mark, sending), next);
    }

    /** A tombstone. */
    Answer<Head> deleted(EmbedEvent event, @Nullable Head head) {
        long version = nextVersion(event, head);
        int largest = head == null ? 0 : head.largestChunkCount();
        TraceSpan sending = sendingToLog(event);
        LogEntry tombstone = new LogEntry.Tombstone(
                event.change().id(),
                version,
                largest,
                provenance(event, sending, event.appendedAtMillis(), clock.millis(), null));
        Head next = new Head(
                version, explicitVersion(event, head), version, "", 0, largest, event.ref(), event.appendedAtMillis());
        return logged(event, "tombstone", toLog(tombstone, sending), next);
    }

    /** The whole document with its vectors. */
    Answer<Head> embedded(
            EmbedEvent event, @Nullable Head head, String contentFingerprint, EmbeddedText text, long plannedAtMillis) {
        DocumentChange change = event.change();
        metrics.embedded(event.bytes(), text.tokens());
        long version = nextVersion(event, head);
        int chunks = text.chunks().size();
        int largest = Math.max(chunks, head == null ? 0 : head.largestChunkCount());
        TraceSpan sending = sendingToLog(event);
        LogEntry entry = new LogEntry.Upsert(
                change.id(),
                version,
                change.title(),
                change.text(),
                change.metadata(),
                text.chunks(),
                largest,
                provenance(event, sending, event.appendedAtMillis(), plannedAtMillis, text));
        Outbound record = toLog(entry, sending);
        event.span().set(SpanAttribute.CHUNKS, chunks);
        int bytes = LogCodec.estimateBytes(LogCodec.key(entry), record.value(), record.headers());
        if (bytes > limits.log()) {
            Reason reason = new Reason(
                    ReasonCode.TOO_MANY_CHUNKS,
                    "text and " + chunks + " vectors make a record of " + bytes + " bytes, the log takes "
                            + limits.log() + "; split the document, or use larger chunks");
            return refusedToDeadLetters(event, Outcome.REJECTED, reason, head);
        }
        Head next = new Head(
                version,
                explicitVersion(event, head),
                version,
                contentFingerprint,
                chunks,
                largest,
                event.ref(),
                event.appendedAtMillis());
        return logged(event, "upsert", record, next);
    }

    private static long nextVersion(EmbedEvent event, @Nullable Head head) {
        @Nullable Long explicit = event.change().version();
        if (explicit != null) {
            return explicit;
        }
        return head == null ? 1 : Math.max(head.version(), Math.min(head.version(), Long.MAX_VALUE - 1) + 1);
    }

    private static long explicitVersion(EmbedEvent event, @Nullable Head head) {
        @Nullable Long explicit = event.change().version();
        if (explicit != null) {
            return explicit;
        }
        return head == null ? Head.NO_EXPLICIT_VERSION : head.explicitVersion();
    }

    private static @Nullable Head unproven(@Nullable Head head) {
        return head == null ? null : head.withoutFingerprint();
    }

    private TraceSpan sendingToLog(EmbedEvent event) {
        return MessageSpans.sending(
                event.span(),
                SpanName.SEND_EMBEDDING,
                topics.log(),
                event.change().id(),
                event.context());
    }

    private static Answer<Head> logged(EmbedEvent event, String kind, Outbound record, Head next) {
        event.span().set(SpanAttribute.LOG_RECORD, kind).end();
        return new Answer<>(List.of(record), next);
    }

    private Provenance provenance(
            EmbedEvent event,
            TraceSpan sending,
            long appendedAtMillis,
            long plannedAtMillis,
            @Nullable EmbeddedText text) {
        long queuedNanos = text == null ? 0 : text.queueNanos();
        return new Provenance(
                event.context()
                        .withTraceparent(sending.traceparentOr(event.context().traceparent())),
                event.ref().topic(),
                event.ref().partition(),
                event.ref().offset(),
                appendedAtMillis,
                Math.max(0, plannedAtMillis - appendedAtMillis) + TimeUnit.NANOSECONDS.toMillis(queuedNanos),
                text == null ? 0 : TimeUnit.NANOSECONDS.toMillis(text.tokenizeNanos()),
                text == null ? 0 : TimeUnit.NANOSECONDS.toMillis(text.embedNanos()),
                text != null && text.truncated(),
                fingerprint);
    }

    private static Outbound toLog(LogEntry entry, TraceSpan sending) {
        byte[] key = LogCodec.key(entry);
        byte[] id = LogCodec.documentIdBytes(key);
        return new Outbound(
                EmbedTopology.LOG, key, LogCodec.value(entry), LogCodec.headers(entry), id, null, sending.whenSent());
    }
}
