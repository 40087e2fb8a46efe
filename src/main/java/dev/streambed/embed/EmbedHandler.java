package dev.streambed.embed;

import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import dev.streambed.document.ChangeType;
import dev.streambed.document.ContentFingerprint;
import dev.streambed.document.Decoded;
import dev.streambed.document.DocumentDecoder;
import dev.streambed.document.EventContext;
import dev.streambed.embed.batch.UnwantedException;
import dev.streambed.embed.chunk.InputRefusedException;
import dev.streambed.observe.drift.Measured;
import dev.streambed.observe.drift.VectorObserver;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.stage.Answer;
import dev.streambed.stage.Arrival;
import dev.streambed.stage.EventRef;
import dev.streambed.stage.Omitted;
import dev.streambed.stage.RoutedKey;
import dev.streambed.stage.StageHandler;
import dev.streambed.stage.Verdict;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What EMBED decides about each change, in the order of a record's way. Owned by the stream thread. */
final class EmbedHandler implements StageHandler<EmbedEvent, Head> {
    private final DocumentDecoder decoder;
    private final EmbeddingEngine engine;
    private final EmbedTopics topics;
    private final int partitions;
    private final EmbedAnswers answers;
    private final MessageSpans spans;
    private final VectorObserver observer;
    private final Clock clock;

    /**
     * @param partitions of each lane
     * @param observer told of each embedded document, on the engine's threads
     */
    EmbedHandler(
            DocumentDecoder decoder,
            EmbeddingEngine engine,
            EmbedTopics topics,
            int partitions,
            EmbedAnswers answers,
            MessageSpans spans,
            VectorObserver observer,
            Clock clock) {
        this.decoder = decoder;
        this.engine = engine;
        this.topics = topics;
        this.partitions = partitions;
        this.answers = answers;
        this.spans = spans;
        this.observer = observer;
        this.clock = clock;
    }

    @Override
    public Arrival<EmbedEvent, Head> arrive(ConsumerRecord<byte[], byte[]> record) {
        OptionalLong omitted = Omitted.bytesOf(record.headers());
        if (omitted.isPresent()) {
            return rejected(record, omitted(decoder.decode(record), omitted.getAsLong()));
        }
        if (isInWrongPartition(record) && !EmbedAnswers.wasSentOn(record)) {
            Answer<Head> sentOn = answers.sentOn(record, topics.laneOf(record.topic()));
            if (sentOn != null) {
                return new Arrival.Answered<>(sentOn);
            }
        }
        Decoded decoded = decoder.decode(record);
        if (decoded instanceof Decoded.Accepted accepted) {
            String id = accepted.event().change().id();
            TraceSpan span = arrived(record, accepted.event().context(), id);
            EmbedEvent event = new EmbedEvent(record, accepted.event(), topics.laneOf(record.topic()), span);
            return new Arrival.Chained<>(event, id, event.appendedAtMillis());
        }
        return rejected(record, (Decoded.Rejected) decoded);
    }

    private Arrival<EmbedEvent, Head> rejected(ConsumerRecord<byte[], byte[]> record, Decoded.Rejected refusal) {
        TraceSpan span = arrived(record, refusal.context(), refusal.documentId());
        return new Arrival.Answered<>(answers.rejected(record, refusal, span));
    }

    private TraceSpan arrived(
            ConsumerRecord<byte[], byte[]> record, EventContext context, @Nullable String documentId) {
        return spans.arrived(SpanName.PROCESS_DOCUMENT, record, context, documentId);
    }

    /** Unfolded to more than its topic takes, and left out for that. */
    private static Decoded.Rejected omitted(Decoded rest, long bytes) {
        EventContext context = rest instanceof Decoded.Accepted accepted
                ? accepted.event().context()
                : ((Decoded.Rejected) rest).context();
        @Nullable
        String documentId = rest instanceof Decoded.Accepted accepted
                ? accepted.event().change().id()
                : ((Decoded.Rejected) rest).documentId();
        Reason reason = new Reason(
                ReasonCode.TOO_LARGE,
                "the record came compressed and unfolds to " + bytes
                        + " bytes or more, more than its topic takes; split the document");
        return new Decoded.Rejected(context, documentId, reason);
    }

    /** librdkafka's default partitioner is not Java's; all events of a document must meet in one task. */
    private boolean isInWrongPartition(ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        return key != null && RoutedKey.partitionOf(key, partitions) != record.partition();
    }

    @Override
    public Precedence compare(EmbedEvent arriving, EmbedEvent waiting) {
        Precedence order = EventOrder.compare(arriving, waiting);
        EmbedEvent newer = order == Precedence.WAITING_SUPERSEDES ? waiting : arriving;
        // What is not wanted any more must not displace what is; it is answered when its turn comes.
        return newer.isExpired(clock.instant()) ? Precedence.BOTH : order;
    }

    /**
     * Bulk work may wait for minutes, and whoever changes the document in a hurry does not wait for it. Once only: nothing overtakes an
     * interactive one.
     */
    @Override
    public boolean overtakes(EmbedEvent arriving, EmbedEvent running) {
        return arriving.lane() == Lane.INTERACTIVE
                && running.lane() == Lane.BULK
                && compare(arriving, running) == Precedence.ARRIVING_SUPERSEDES;
    }

    @Override
    public Answer<Head> superseded(EmbedEvent event) {
        return answers.refused(
                event,
                Outcome.SUPERSEDED,
                new Reason(
                        ReasonCode.SUPERSEDED, "a newer change of the document arrived before this one was embedded"));
    }

    @Override
    public Verdict<Head> plan(EmbedEvent event, @Nullable Head head, boolean quarantined, BooleanSupplier mayAct) {
        if (head != null && EventOrder.isSame(event, head)) {
            // Replayed after a crash, and its head is there: so its result is durable in the log.
            return new Verdict.Now<>(answers.alreadyDurable(head));
        }
        if (head != null && EventOrder.isOlder(event, head)) {
            return new Verdict.Now<>(answers.refused(
                    event,
                    Outcome.SUPERSEDED,
                    new Reason(ReasonCode.SUPERSEDED, "version " + head.version() + " of the document is newer")));
        }
        String fingerprint = ContentFingerprint.of(event.change(), engine.fingerprint());
        if (head != null && EventOrder.isSameVersion(event, head) && isOtherContent(event, head, fingerprint)) {
            return new Verdict.Now<>(answers.refusedToDeadLetters(
                    event,
                    Outcome.REJECTED,
                    new Reason(
                            ReasonCode.VERSION_CONFLICT,
                            "version " + head.version()
                                    + " of the document has other content; publish the change under a higher version"),
                    null));
        }
        if (event.isExpired(clock.instant())) {
            return new Verdict.Now<>(answers.expired(event, head));
        }
        if (event.change().type() == ChangeType.DELETE) {
            return new Verdict.Now<>(answers.deleted(event, head));
        }
        if (head != null && head.fingerprint().equals(fingerprint) && !quarantined) {
            return new Verdict.Now<>(answers.unchanged(event, head));
        }
        CompletableFuture<EmbeddedText> embedding = engine.embed(
                event.change().text(), event.lane(), () -> !event.isExpired(clock.instant()), event.span());
        return new Verdict.Later<>(answerOf(embedding, event, head, fingerprint));
    }

    /** A deletion has no content; a head whose fingerprint was cleared cannot tell. */
    private static boolean isOtherContent(EmbedEvent event, Head head, String fingerprint) {
        boolean deletes = event.change().type() == ChangeType.DELETE;
        boolean deleted = head.chunks() == 0;
        return deletes != deleted
                || (!deletes
                        && !head.fingerprint().isEmpty()
                        && !head.fingerprint().equals(fingerprint));
    }

    /** Built and encoded on the engine's threads; cancelling the answer cancels the embedding. */
    private CompletableFuture<Answer<Head>> answerOf(
            CompletableFuture<EmbeddedText> embedding, EmbedEvent event, @Nullable Head head, String fingerprint) {
        long plannedAt = clock.millis();
        CompletableFuture<Answer<Head>> answer = embedding.thenApply(text -> {
            observe(event, text);
            return answers.embedded(event, head, fingerprint, text, plannedAt);
        });
        var unused = answer.whenComplete((done, failure) -> {
            if (answer.isCancelled()) {
                embedding.cancel(false);
            }
        });
        return answer;
    }

    private void observe(EmbedEvent event, EmbeddedText text) {
        observer.embedded(
                event.change().metadata(),
                text.chunks().size(),
                chunk -> new Measured(
                        text.chunks().get(chunk).vector(),
                        text.measures().get(chunk).tokens(),
                        text.measures().get(chunk).norm()));
    }

    @Override
    public Answer<Head> failed(EmbedEvent event, @Nullable Head head, Throwable failure) {
        if (failure instanceof UnwantedException) {
            return answers.expired(event, head);
        }
        return failure instanceof InputRefusedException refused
                ? answers.refusedToDeadLetters(event, Outcome.REJECTED, refused.reason(), head)
                : answers.embedderFailed(event, head, failure);
    }

    @Override
    public Answer<Head> lost(EventRef ref) {
        return answers.lost(ref);
    }
}
