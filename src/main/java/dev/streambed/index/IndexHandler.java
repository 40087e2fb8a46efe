package dev.streambed.index;

import dev.streambed.completion.Outcome;
import dev.streambed.completion.ReasonCode;
import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.log.LogFormatException;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.stage.Answer;
import dev.streambed.stage.Arrival;
import dev.streambed.stage.EventRef;
import dev.streambed.stage.StageHandler;
import dev.streambed.stage.Verdict;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What INDEX decides about each record of the log. The log's order is the truth: EMBED has settled which change is newer. Owned by
 * the stream thread.
 */
final class IndexHandler implements StageHandler<IndexEvent, Indexed> {
    private static final Logger LOG = LoggerFactory.getLogger(IndexHandler.class);

    /** Chars of a message of the store that a completion repeats. */
    private static final int MOST_WORDS = 500;

    private final IndexWriter writer;
    private final Supplier<String> collection;
    private final String fingerprint;
    private final IndexAnswers answers;
    private final MessageSpans spans;
    private final Clock clock;

    /**
     * @param collection the identity of the collection now written
     * @param fingerprint the pipeline's whose vectors it takes
     */
    IndexHandler(
            IndexWriter writer,
            Supplier<String> collection,
            String fingerprint,
            IndexAnswers answers,
            MessageSpans spans,
            Clock clock) {
        this.writer = writer;
        this.collection = collection;
        this.fingerprint = fingerprint;
        this.answers = answers;
        this.spans = spans;
        this.clock = clock;
    }

    @Override
    public Arrival<IndexEvent, Indexed> arrive(ConsumerRecord<byte[], byte[]> record) {
        try {
            LogEntry entry = LogCodec.decode(record.key(), record.value(), record.headers());
            TraceSpan span = spans.arrived(
                    SpanName.PROCESS_EMBEDDING, record, entry.provenance().event(), entry.documentId());
            IndexEvent event = new IndexEvent(entry, record.offset(), clock.millis(), span);
            return new Arrival.Chained<>(
                    event, entry.documentId(), entry.provenance().appendedAtMillis());
        } catch (LogFormatException e) {
            // Not ours, or from a newer version: nobody waits for an answer, and the records after it are wanted.
            LOG.error(
                    "{}-{}-{} is no record of the log and is skipped: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return new Arrival.Answered<>(Answer.of(List.of()));
        }
    }

    /**
     * A newer result makes what waits pointless. Not so a mark, but for an older mark: what it vouches for must be written. Nor what a
     * crash of EMBED brought again: it is not newer, and where its version is smaller it may not be. Nor a result that knows of
     * fewer rows than the waiting one, for that one may have been written before a crash of both stages, and only its own turn tells
     * of its rows. Nor what will be refused, for that leaves the version before it.
     */
    @Override
    public Precedence compare(IndexEvent arriving, IndexEvent waiting) {
        Indexed asRemembered = waiting.remembered("", waiting.entry().version(), 0, 0);
        boolean displaces = !isForeign(arriving)
                && (!arriving.isMark() || waiting.isMark())
                && !arriving.isNotNewerThan(asRemembered)
                && arriving.entry().version() >= waiting.entry().version()
                && arriving.largestChunkCount() >= waiting.largestChunkCount();
        return displaces ? Precedence.ARRIVING_SUPERSEDES : Precedence.BOTH;
    }

    @Override
    public Answer<Indexed> superseded(IndexEvent event) {
        return answers.ended(
                event,
                Outcome.SUPERSEDED,
                ReasonCode.SUPERSEDED,
                "a newer change of the document arrived before this one was written");
    }

    @Override
    public Verdict<Indexed> plan(
            IndexEvent event, @Nullable Indexed remembered, boolean quarantined, BooleanSupplier mayAct) {
        String identity = collection.get();
        // What is remembered of another collection says nothing about this one but how many rows there may be.
        Indexed indexed = remembered != null && remembered.collection().equals(identity) ? remembered : null;
        if (indexed != null && indexed.logOffset() == event.offset() && event.isSameSourceAs(indexed)) {
            return new Verdict.Now<>(new Answer<>(List.of(), indexed));
        }
        if (event.entry() instanceof LogEntry.Unchanged mark) {
            return new Verdict.Now<>(unchanged(event, mark, indexed));
        }
        if (indexed != null && (indexed.logOffset() > event.offset() || event.isNotNewerThan(indexed))) {
            if (!event.isSameSourceAs(indexed)) {
                return new Verdict.Now<>(older(event, indexed));
            }
            if (!event.isRenumbered(indexed)) {
                return new Verdict.Now<>(again(event, indexed));
            }
            // The same content under another version: the rows are written again, or what they say would not be what is
            // answered.
        }
        if (event.entry() instanceof LogEntry.Upsert upsert) {
            if (isForeign(event)) {
                return new Verdict.Now<>(foreign(event, remembered));
            }
            return upsert(event, upsert, identity, remembered, mayAct);
        }
        return delete(event, (LogEntry.Tombstone) event.entry(), identity, remembered, mayAct);
    }

    private Verdict<Indexed> upsert(
            IndexEvent event,
            LogEntry.Upsert upsert,
            String identity,
            @Nullable Indexed remembered,
            BooleanSupplier mayAct) {
        int chunks = upsert.chunks().size();
        int rows = Math.max(largest(remembered), upsert.largestChunkCount());
        var write = new IndexWriter.Write(
                upsert.documentId(),
                DocumentRows.of(upsert),
                DocumentRows.staleIds(upsert.documentId(), chunks, rows),
                mayAct,
                linger(event, remembered),
                event.spanUnlessBehind(remembered));
        Indexed next = event.remembered(identity, upsert.version(), chunks, rows);
        return written(write, () -> done(event, Outcome.INDEXED, next, remembered));
    }

    private Verdict<Indexed> delete(
            IndexEvent event,
            LogEntry.Tombstone tombstone,
            String identity,
            @Nullable Indexed remembered,
            BooleanSupplier mayAct) {
        int rows = Math.max(largest(remembered), tombstone.largestChunkCount());
        var write = new IndexWriter.Write(
                tombstone.documentId(),
                List.of(),
                DocumentRows.staleIds(tombstone.documentId(), 0, rows),
                mayAct,
                linger(event, remembered),
                event.spanUnlessBehind(remembered));
        Indexed next = event.remembered(identity, tombstone.version(), 0, rows);
        return written(write, () -> done(event, Outcome.DELETED, next, remembered));
    }

    /** What a refill brings again has so little in flight that waiting for more would be in vain. */
    private Duration linger(IndexEvent event, @Nullable Indexed remembered) {
        return event.isBehind(remembered)
                ? Duration.ZERO
                : Linger.of(clock.millis() - event.provenance().appendedAtMillis());
    }

    private static int largest(@Nullable Indexed remembered) {
        return remembered == null ? 0 : remembered.largestChunkCount();
    }

    /** What was done for another collection before has its answer. */
    private Answer<Indexed> done(IndexEvent event, Outcome outcome, Indexed next, @Nullable Indexed remembered) {
        return event.isBehind(remembered)
                ? new Answer<>(List.of(), next)
                : answers.done(event, outcome, next.chunks(), next);
    }

    /** The collection: heads of another one are not true of it, and its rows are written again from the log. */
    @Override
    public Indexed basis() {
        return new Indexed(collection.get(), 0, 0, 0, -1, "", -1, -1, 0);
    }

    @Override
    public boolean isToBeRedone(IndexEvent event, @Nullable Indexed remembered) {
        return remembered != null
                && event.isBehind(remembered)
                && !event.isMark()
                && !remembered.collection().equals(collection.get());
    }

    /** The answer is built on the writer's thread, when the store has acknowledged; cancelling it cancels the write. */
    private Verdict<Indexed> written(IndexWriter.Write write, Supplier<Answer<Indexed>> whenDone) {
        CompletableFuture<Void> writing = writer.write(write);
        CompletableFuture<Answer<Indexed>> answer = writing.thenApply(done -> whenDone.get());
        var unused = answer.whenComplete((done, failure) -> {
            if (answer.isCancelled()) {
                writing.cancel(false);
            }
        });
        return new Verdict.Later<>(answer);
    }

    /** The mark comes after its document's record in the log, so that record has been answered. */
    private Answer<Indexed> unchanged(IndexEvent event, LogEntry.Unchanged mark, @Nullable Indexed indexed) {
        if (indexed != null && indexed.logOffset() > event.offset()) {
            return older(event, indexed);
        }
        if (indexed != null && indexed.version() == mark.contentVersion() && indexed.chunks() > 0) {
            return answers.done(event, Outcome.UNCHANGED, indexed.chunks(), null);
        }
        return answers.ended(
                event,
                Outcome.FAILED,
                ReasonCode.INDEX_REFUSED,
                "the content equals version " + mark.contentVersion()
                        + ", which the store refused; publish it with a change, or mend the store and replay");
    }

    private boolean isForeign(IndexEvent event) {
        return event.entry() instanceof LogEntry.Upsert
                && !event.provenance().fingerprint().equals(fingerprint);
    }

    /** Vectors of two models in one collection are near each other by accident. */
    private Answer<Indexed> foreign(IndexEvent event, @Nullable Indexed remembered) {
        String madeBy = event.provenance().fingerprint();
        LOG.error(
                "offset {} of the log was made by a pipeline of fingerprint {}, and this one is {}: it is not written",
                event.offset(),
                madeBy,
                fingerprint);
        if (event.isBehind(remembered)) {
            return Answer.of(List.of()); // another collection took it, and so it was answered
        }
        return answers.ended(
                event,
                Outcome.FAILED,
                ReasonCode.INDEX_REFUSED,
                "its vectors were made by another model or other chunk settings (fingerprint " + madeBy
                        + ") than this INDEX is set up with (" + fingerprint
                        + "); give both roles the same model and settings, and publish it again");
    }

    /** A crash made EMBED, or this stage, say the same again. */
    private Answer<Indexed> again(IndexEvent event, Indexed indexed) {
        Outcome outcome = event.entry() instanceof LogEntry.Tombstone ? Outcome.DELETED : Outcome.INDEXED;
        Indexed next = event.offset() < indexed.logOffset()
                ? indexed
                : event.remembered(
                        indexed.collection(), event.entry().version(), indexed.chunks(), indexed.largestChunkCount());
        return answers.done(event, outcome, indexed.chunks(), next);
    }

    private Answer<Indexed> older(IndexEvent event, Indexed indexed) {
        return answers.ended(
                event,
                Outcome.SUPERSEDED,
                ReasonCode.SUPERSEDED,
                "the store holds version " + indexed.version() + " of the document, which is newer");
    }

    @Override
    public Answer<Indexed> failed(IndexEvent event, @Nullable Indexed head, Throwable failure) {
        LOG.error("the store refused offset {} of the log", event.offset(), failure);
        if (event.isBehind(head)) {
            return Answer.of(List.of()); // another collection took it, and so it was answered
        }
        return answers.ended(
                event,
                Outcome.FAILED,
                ReasonCode.INDEX_REFUSED,
                "the store refused the document: " + shortened(String.valueOf(failure.getMessage())));
    }

    /** The store's own words are as long as it likes; a completion is not. */
    private static String shortened(String message) {
        return message.length() <= MOST_WORDS ? message : message.substring(0, MOST_WORDS) + "…";
    }

    /** Compaction took it: a newer record of the document has its place. */
    @Override
    public Answer<Indexed> lost(EventRef ref) {
        LOG.warn("{} was in flight and has been compacted away: a newer record of its document follows", ref);
        return Answer.of(List.of());
    }

    @Override
    public void awaitEffects(Duration atMost) {
        writer.awaitCallsUnderWay(atMost);
    }
}
