package dev.streambed.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.ReasonCode;
import dev.streambed.document.EventContext;
import dev.streambed.log.EmbeddedChunk;
import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.log.Provenance;
import dev.streambed.observe.OutcomeMetrics;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.stage.Answer;
import dev.streambed.stage.Arrival;
import dev.streambed.stage.Outbound;
import dev.streambed.stage.StageHandler.Precedence;
import dev.streambed.stage.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What INDEX decides, without Kafka and without a store: each decision from a record and what is remembered. */
class IndexHandlerTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final FakeWriter writer = new FakeWriter();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private String collection = "c1";
    private final IndexHandler handler = new IndexHandler(
            writer,
            () -> collection,
            "pipeline-1",
            new IndexAnswers(
                    "p",
                    "completions",
                    true,
                    OutcomeMetrics.ofIndex(new SimpleMeterRegistry(), "p", "documents.bulk"),
                    clock),
            MessageSpans.resuming(Tracing.OFF, "group"),
            clock);

    @Test
    void writesOneRowAChunkAndThenDeletesWhatIsStale() {
        plan(event(0, upsert(3, 2, 5, 0)), null);

        IndexWriter.Write write = writer.writes.get(0);
        assertThat(write.rows()).extracting(Row::id).containsExactly("a#0", "a#1");
        assertThat(write.rows()).extracting(Row::text).containsExactly("te", "xt");
        assertThat(write.staleIds()).containsExactly("a#2", "a#3", "a#4");
    }

    @Test
    void letsWhatHasTakenLongWaitForCompany() {
        plan(event(0, upsert(3, 2, 2, 0)), null);
        plan(event(1, upsert(4, 2, 2, -2_000)), null);
        plan(event(2, new LogEntry.Tombstone("a", 4, 2, provenance(-2_000))), null);

        assertThat(writer.writes)
                .extracting(IndexWriter.Write::linger)
                .containsExactly(Duration.ZERO, Duration.ofMillis(100), Duration.ofMillis(100));
    }

    /** So little of it is in flight that nothing would come to share its call. */
    @Test
    void letsWhatARefillBringsAgainWaitForNothing() {
        IndexEvent old = event(1, upsert(4, 2, 2, -2_000));
        Indexed remembered = indexed(1, upsert(4, 2, 2, -2_000));
        collection = "c2";

        plan(old, remembered);

        assertThat(writer.writes.get(writer.writes.size() - 1).linger()).isZero();
    }

    @Test
    void answersIndexedOnlyWhenTheStoreAcknowledged() {
        Verdict<Indexed> verdict = plan(event(0, upsert(3, 2, 2, 0)), null);
        CompletableFuture<Answer<Indexed>> answer = later(verdict);
        assertThat(answer).isNotDone();

        writer.acknowledge();

        assertThat(completion(answer.join()).outcome()).isEqualTo(Outcome.INDEXED);
        assertThat(completion(answer.join()).chunks()).isEqualTo(2);
    }

    @Test
    void deletesEveryRowTheDocumentMayHave() {
        Indexed remembered = indexed(0, upsert(3, 2, 7, 0));

        plan(event(1, new LogEntry.Tombstone("a", 4, 2, provenance(1))), remembered);

        assertThat(writer.writes.get(writer.writes.size() - 1).staleIds()).hasSize(7);
    }

    @Test
    void answersAMarkOnceItsContentIsInTheStore() {
        Indexed remembered = indexed(0, upsert(3, 2, 2, 0));

        Answer<Indexed> answer = now(plan(event(1, mark(4, 3)), remembered));

        assertThat(completion(answer).outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(completion(answer).version()).isEqualTo(4);
        assertThat(answer.head()).isNull();
    }

    @Test
    void failsAMarkWhoseContentTheStoreDoesNotHold() {
        Indexed remembered = indexed(0, upsert(3, 2, 2, 0));

        assertThat(completion(now(plan(event(2, mark(5, 4)), remembered))).outcome())
                .isEqualTo(Outcome.FAILED);
        assertThat(completion(now(plan(event(2, mark(5, 4)), null))).outcome()).isEqualTo(Outcome.FAILED);
    }

    @Test
    void writesNoVectorsOfAnotherModel() {
        Indexed remembered = indexed(0, upsert(3, 2, 2, 0));

        Answer<Indexed> answer = now(plan(event(1, foreign(4)), remembered));

        assertThat(writer.writes).hasSize(1); // the first one's
        assertThat(answer.head()).isNull();
        assertThat(completion(answer).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(completion(answer).reason())
                .isNotNull()
                .extracting(reason -> reason.message())
                .asString()
                .contains("pipeline-1", "pipeline-2", "publish it again");
    }

    @Test
    void letsNothingBeDisplacedByWhatItWillRefuse() {
        IndexEvent ours = event(1, upsert(4, 1, 1, 4));

        assertThat(handler.compare(event(2, foreign(5)), ours)).isEqualTo(Precedence.BOTH);
    }

    @Test
    void saysNothingOfAnotherModelsVectorsThatWereAnsweredBefore() {
        Indexed remembered = indexed(1, upsert(4, 1, 1, 4));
        collection = "c2";

        Answer<Indexed> answer = now(plan(event(1, foreign(4)), remembered));

        assertThat(writer.writes).hasSize(1); // the first one's
        assertThat(answer.outputs()).isEmpty();
    }

    @Test
    void neverLetsAMarkDisplaceTheResultItVouchesFor() {
        IndexEvent result = event(1, upsert(3, 1, 1, 0));
        IndexEvent mark = event(2, mark(4, 3));
        IndexEvent newer = event(3, upsert(5, 1, 1, 5));

        assertThat(handler.compare(mark, result)).isEqualTo(Precedence.BOTH);
        assertThat(handler.compare(event(4, mark(6, 3)), mark)).isEqualTo(Precedence.ARRIVING_SUPERSEDES);
        assertThat(handler.compare(newer, mark)).isEqualTo(Precedence.ARRIVING_SUPERSEDES);
        assertThat(handler.compare(newer, result)).isEqualTo(Precedence.ARRIVING_SUPERSEDES);
    }

    @Test
    void neverLetsWhatACrashBroughtAgainDisplaceAnything() {
        IndexEvent waiting = event(4, upsert(4, 1, 1, 4));

        assertThat(handler.compare(event(5, upsert(3, 1, 1, 3)), waiting)).isEqualTo(Precedence.BOTH);
        assertThat(handler.compare(event(6, upsert(4, 1, 1, 4)), waiting)).isEqualTo(Precedence.BOTH);
    }

    /** EMBED lets a smaller version follow a larger one hardly ever but after a crash; appended later, it is not known to be older. */
    @Test
    void neverLetsASmallerVersionDisplaceALargerOne() {
        IndexEvent waiting = event(4, upsert(4, 1, 1, 4));

        assertThat(handler.compare(event(5, ofOtherLane(3, 9)), waiting)).isEqualTo(Precedence.BOTH);
        assertThat(handler.compare(event(5, ofOtherLane(5, 9)), waiting)).isEqualTo(Precedence.ARRIVING_SUPERSEDES);
    }

    /** EMBED forgot the five chunks in a crash, this stage may have written them before it: they must be deleted again. */
    @Test
    void neverLetsAResultThatNamesFewerRowsDisplaceOneOfMore() {
        IndexEvent five = event(1, upsert(3, 5, 5, 1));
        IndexEvent one = event(2, upsert(4, 1, 1, 2));

        assertThat(handler.compare(one, five)).isEqualTo(Precedence.BOTH);
        assertThat(handler.compare(event(2, upsert(4, 1, 5, 2)), five)).isEqualTo(Precedence.ARRIVING_SUPERSEDES);
    }

    /** A stopped EMBED that goes on sends what its successor has sent and passed; the lanes have no common offsets. */
    @Test
    void supersedesAnOlderEventOfTheOtherLane() {
        Indexed remembered = indexed(1, upsert(4, 1, 1, 4));
        writer.writes.clear();

        Answer<Indexed> answer = now(plan(event(2, ofOtherLane(3, 3)), remembered));

        assertThat(completion(answer).outcome()).isEqualTo(Outcome.SUPERSEDED);
        assertThat(writer.writes).isEmpty();
    }

    @Test
    void writesANewerEventOfTheOtherLane() {
        Indexed remembered = indexed(1, upsert(4, 1, 1, 4));

        assertThat(plan(event(2, ofOtherLane(5, 3)), remembered)).isInstanceOf(Verdict.Later.class);
        assertThat(plan(event(2, ofOtherLane(3, 5)), remembered)).isInstanceOf(Verdict.Later.class);
        assertThat(plan(event(2, ofOtherLane(5, 5)), remembered)).isInstanceOf(Verdict.Later.class);
    }

    @Test
    void answersAgainWithoutWritingWhatTheSameEventBroughtTwice() {
        Indexed remembered = indexed(0, upsert(3, 2, 2, 0));
        writer.writes.clear();

        Answer<Indexed> answer = now(plan(event(5, upsert(3, 2, 2, 0)), remembered));

        assertThat(completion(answer).outcome()).isEqualTo(Outcome.INDEXED);
        assertThat(writer.writes).isEmpty();
        assertThat(answer.head()).extracting(Indexed::logOffset).isEqualTo(5L);
    }

    /** An event without a version of its own was counted anew: the rows must say what is answered. */
    @Test
    void writesAgainWhatTheSameEventBroughtUnderAnotherVersion() {
        Indexed remembered = indexed(0, upsert(3, 2, 2, 0));
        writer.writes.clear();

        Verdict<Indexed> verdict = plan(event(5, upsert(4, 2, 2, 0)), remembered);

        assertThat(verdict).isInstanceOf(Verdict.Later.class);
        assertThat(writer.writes).hasSize(1);
        assertThat(writer.writes.get(0).rows().get(0).version()).isEqualTo(4);
    }

    @Test
    void supersedesAnOlderEventThatACrashBroughtAgain() {
        Indexed remembered = indexed(1, upsert(4, 1, 1, 1));
        writer.writes.clear();

        Answer<Indexed> answer = now(plan(event(2, upsert(3, 1, 1, 0)), remembered));

        assertThat(completion(answer).outcome()).isEqualTo(Outcome.SUPERSEDED);
        assertThat(writer.writes).isEmpty();
    }

    @Test
    void saysNothingAboutAReplayWhoseAnswerIsDurable() {
        Indexed remembered = indexed(4, upsert(3, 1, 1, 0));

        Answer<Indexed> answer = now(plan(event(4, upsert(3, 1, 1, 0)), remembered));

        assertThat(answer.outputs()).isEmpty();
        assertThat(answer.head()).isEqualTo(remembered);
    }

    @Test
    void remembersNothingOfAnotherCollectionButHowManyRowsThereMayBe() {
        Indexed remembered = indexed(4, upsert(3, 1, 6, 0));
        collection = "c2";

        Verdict<Indexed> verdict = plan(event(4, upsert(3, 1, 1, 0)), remembered);

        assertThat(verdict).isInstanceOf(Verdict.Later.class);
        assertThat(writer.writes.get(writer.writes.size() - 1).staleIds()).hasSize(5);
    }

    @Test
    void writesWhatAnotherCollectionHeldAgainAndSaysNothing() {
        Indexed remembered = indexed(4, upsert(3, 2, 6, 0));
        IndexEvent event = event(4, upsert(3, 2, 2, 0));
        assertThat(handler.isToBeRedone(event, remembered)).isFalse();
        Indexed basis = handler.basis();
        collection = "c2";

        assertThat(handler.basis()).isNotEqualTo(basis);
        assertThat(handler.isToBeRedone(event, remembered)).isTrue();
        CompletableFuture<Answer<Indexed>> answer = later(plan(event, remembered));
        writer.acknowledge();

        assertThat(answer.join().outputs()).isEmpty();
        assertThat(answer.join().head()).isNotNull().satisfies(head -> {
            assertThat(head.collection()).isEqualTo("c2");
            assertThat(head.version()).isEqualTo(3);
            assertThat(head.logOffset()).isEqualTo(4);
        });
    }

    @Test
    void writesOnlyTheRecordBehindTheHeadAgain() {
        Indexed remembered = indexed(4, upsert(3, 1, 1, 0));
        collection = "c2";

        assertThat(handler.isToBeRedone(event(3, upsert(2, 1, 1, 0)), remembered))
                .isFalse();
        assertThat(handler.isToBeRedone(event(5, upsert(4, 1, 1, 1)), remembered))
                .isFalse();
        assertThat(handler.isToBeRedone(event(4, upsert(3, 1, 1, 0)), null)).isFalse();
    }

    @Test
    void neverTakesBackAnAnswerWhenAnotherCollectionRefusesWhatTheFirstTook() {
        Indexed remembered = indexed(4, upsert(3, 1, 1, 0));

        Answer<Indexed> answer = handler.failed(
                event(4, upsert(3, 1, 1, 0)),
                remembered,
                new IndexException(IndexException.Kind.POISON, "row a#0: too long"));

        assertThat(answer.outputs()).isEmpty();
        assertThat(answer.head()).isNull();
    }

    @Test
    void answersWhatTheStoreRefusesAsFailed() {
        Answer<Indexed> answer = handler.failed(
                event(0, upsert(3, 1, 1, 0)),
                null,
                new IndexException(IndexException.Kind.POISON, "row a#0: too long", new RuntimeException("cause")));

        Completion completion = completion(answer);
        assertThat(completion.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(completion.reason())
                .isNotNull()
                .extracting(reason -> reason.code())
                .isEqualTo(ReasonCode.INDEX_REFUSED);
    }

    @Test
    void skipsARecordThatIsNotOfTheLog() {
        ConsumerRecord<byte[], byte[]> stray =
                new ConsumerRecord<>("embeddings.p", 0, 9, new byte[] {1}, new byte[] {2});

        Arrival<IndexEvent, Indexed> arrival = handler.arrive(stray);

        assertThat(((Arrival.Answered<IndexEvent, Indexed>) arrival).answer().outputs())
                .isEmpty();
    }

    @Test
    void roundTripsWhatItRemembers() {
        Indexed indexed = indexed(4, upsert(3, 1, 6, 0));

        assertThat(Indexed.CODEC.decode(Indexed.CODEC.encode(indexed))).isEqualTo(indexed);
    }

    private Verdict<Indexed> plan(IndexEvent event, @Nullable Indexed remembered) {
        return handler.plan(event, remembered, false, () -> true);
    }

    private Indexed indexed(long offset, LogEntry entry) {
        CompletableFuture<Answer<Indexed>> answer = later(plan(event(offset, entry), null));
        writer.acknowledge();
        Indexed head = answer.join().head();
        if (head == null) {
            throw new AssertionError("nothing remembered");
        }
        return head;
    }

    private IndexEvent event(long offset, LogEntry entry) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "embeddings.p",
                0,
                offset,
                NOW.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                1,
                1,
                LogCodec.key(entry),
                LogCodec.value(entry),
                LogCodec.headers(entry),
                Optional.empty());
        return ((Arrival.Chained<IndexEvent, Indexed>) handler.arrive(record)).event();
    }

    private static LogEntry upsert(long version, int chunks, int largest, long sourceOffset) {
        String text = "text".repeat(chunks).substring(0, 2 * chunks);
        List<EmbeddedChunk> parts = IntStream.range(0, chunks)
                .mapToObj(chunk -> new EmbeddedChunk(2 * chunk, 2 * chunk + 2, new float[] {1, 0}))
                .toList();
        return new LogEntry.Upsert("a", version, null, text, Map.of(), parts, largest, provenance(sourceOffset));
    }

    /** Appended {@code appendedAfter} ms after the test's beginning. */
    private static LogEntry ofOtherLane(long version, long appendedAfter) {
        Provenance bulk = new Provenance(
                new EventContext("bulk", null, null, null),
                "documents.bulk",
                0,
                99,
                NOW.toEpochMilli() + appendedAfter,
                1,
                2,
                3,
                false,
                "pipeline-1");
        List<EmbeddedChunk> chunk = List.of(new EmbeddedChunk(0, 2, new float[] {1, 0}));
        return new LogEntry.Upsert("a", version, null, "te", Map.of(), chunk, 1, bulk);
    }

    private static LogEntry foreign(long version) {
        LogEntry.Upsert ours = (LogEntry.Upsert) upsert(version, 1, 1, version);
        Provenance source = ours.provenance();
        Provenance foreign = new Provenance(
                source.event(),
                source.sourceTopic(),
                source.sourcePartition(),
                source.sourceOffset(),
                source.appendedAtMillis(),
                1,
                2,
                3,
                false,
                "pipeline-2");
        return new LogEntry.Upsert("a", version, null, ours.text(), Map.of(), ours.chunks(), 1, foreign);
    }

    private static LogEntry mark(long version, long contentVersion) {
        return new LogEntry.Unchanged("a", version, contentVersion, 1, provenance(version));
    }

    private static Provenance provenance(long sourceOffset) {
        return new Provenance(
                new EventContext("event-" + sourceOffset, null, null, null),
                "documents",
                0,
                sourceOffset,
                NOW.toEpochMilli() + sourceOffset,
                1,
                2,
                3,
                false,
                "pipeline-1");
    }

    private static Answer<Indexed> now(Verdict<Indexed> verdict) {
        return ((Verdict.Now<Indexed>) verdict).answer();
    }

    private static CompletableFuture<Answer<Indexed>> later(Verdict<Indexed> verdict) {
        return ((Verdict.Later<Indexed>) verdict).answer();
    }

    private static Completion completion(Answer<Indexed> answer) {
        Outbound out = answer.outputs().get(0);
        return CompletionCodec.decode(out.value(), out.headers());
    }
}
