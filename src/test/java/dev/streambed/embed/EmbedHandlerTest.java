package dev.streambed.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.ReasonCode;
import dev.streambed.document.DocumentDecoder;
import dev.streambed.document.DocumentLimits;
import dev.streambed.embed.batch.UnwantedException;
import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.observe.OutcomeMetrics;
import dev.streambed.observe.drift.Measured;
import dev.streambed.observe.drift.VectorObserver;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.stage.Answer;
import dev.streambed.stage.Arrival;
import dev.streambed.stage.Outbound;
import dev.streambed.stage.RoutedKey;
import dev.streambed.stage.StageHandler.Precedence;
import dev.streambed.stage.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What EMBED decides, without Kafka: each decision from a record and a head. */
class EmbedHandlerTest {
    private static final EmbedTopics TOPICS =
            new EmbedTopics("documents", "documents.bulk", "embeddings.p", "completions", "dead-letters");
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final RecordLimits RECORDS = new RecordLimits(2_048, 4_096, 3_072);

    private final FakeEngine engine = new FakeEngine();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final MessageSpans SPANS = MessageSpans.beginning(Tracing.OFF, "group");

    private final EmbedAnswers answers = new EmbedAnswers(
            "p",
            "pipeline-1",
            TOPICS,
            RECORDS,
            OutcomeMetrics.ofEmbed(new SimpleMeterRegistry(), "p", "documents.bulk"),
            clock);
    private final List<Measured> observed = new ArrayList<>();
    private final VectorObserver observer = (metadata, chunks, chunk) -> observed.add(chunk.apply(chunks - 1));
    private final EmbedHandler handler = new EmbedHandler(
            new DocumentDecoder(DocumentLimits.DEFAULTS), engine, TOPICS, 1, answers, SPANS, observer, clock);

    @Test
    void storesVersionOneForTheFirstChangeWithoutAVersion() {
        Answer<Head> answer = done(plan(event(0, "{\"id\":\"a\",\"text\":\"one\"}"), null, false));

        assertThat(upsert(answer).version()).isEqualTo(1);
        assertThat(head(answer).version()).isEqualTo(1);
        assertThat(head(answer).explicitVersion()).isEqualTo(Head.NO_EXPLICIT_VERSION);
    }

    @Test
    void tellsTheObserverOfWhatWasEmbeddedAndOfNothingElse() {
        Answer<Head> answer = done(plan(event(0, "{\"id\":\"a\",\"text\":\"one\"}"), null, false));
        Verdict<Head> unchanged = plan(event(1, "{\"id\":\"a\",\"text\":\"one\"}"), head(answer), false);
        Verdict<Head> deleted = plan(event(2, "{\"id\":\"a\",\"type\":\"delete\"}"), head(answer), false);

        assertThat(unchanged).isInstanceOf(Verdict.Now.class);
        assertThat(deleted).isInstanceOf(Verdict.Now.class);

        assertThat(observed).singleElement().satisfies(chunk -> {
            assertThat(chunk.vector()).containsExactly(1, 0);
            assertThat(chunk.tokens()).isEqualTo("one".length());
            assertThat(chunk.norm()).isEqualTo(1.5f);
        });
    }

    @Test
    void storesTheLastVersionPlusOneForAChangeWithoutAVersion() {
        Head seven = headOf(0, "{\"id\":\"a\",\"text\":\"one\",\"version\":7}", null);

        Head eight = headOf(1, "{\"id\":\"a\",\"text\":\"two\"}", seven);

        assertThat(eight.version()).isEqualTo(8);
        assertThat(eight.explicitVersion()).isEqualTo(7);
    }

    @Test
    void supersedesAnOlderExplicitVersionWithoutEmbeddingIt() {
        Head seven = headOf(0, "{\"id\":\"a\",\"text\":\"one\",\"version\":7}", null);
        engine.calls = 0;

        Completion completion =
                completion(now(plan(event(1, "{\"id\":\"a\",\"text\":\"two\",\"version\":6}"), seven, false)));

        assertThat(completion.outcome()).isEqualTo(Outcome.SUPERSEDED);
        assertThat(engine.calls).isZero();
    }

    @Test
    void supersedesAnOlderExplicitVersionAlsoAfterAChangeWithoutAVersion() {
        Head seven = headOf(0, "{\"id\":\"a\",\"text\":\"one\",\"version\":7}", null);
        Head eight = headOf(1, "{\"id\":\"a\",\"text\":\"two\"}", seven);

        Completion completion =
                completion(now(plan(event(2, "{\"id\":\"a\",\"text\":\"three\",\"version\":6}"), eight, false)));

        assertThat(completion.outcome()).isEqualTo(Outcome.SUPERSEDED);
    }

    @Test
    void rejectsOtherContentUnderTheSameExplicitVersion() {
        Head seven = headOf(0, "{\"id\":\"a\",\"text\":\"one\",\"version\":7}", null);

        Answer<Head> answer = now(plan(event(1, "{\"id\":\"a\",\"text\":\"two\",\"version\":7}"), seven, false));

        assertThat(completion(answer).outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(reason(answer)).isEqualTo(ReasonCode.VERSION_CONFLICT);
        assertThat(answer.outputs()).extracting(Outbound::sink).contains(EmbedTopology.DEAD_LETTERS);
    }

    @Test
    void marksARepeatAndMovesTheHeadOnWhileTheRowsKeepTheirVersion() {
        Head seven = headOf(0, "{\"id\":\"a\",\"text\":\"one\",\"version\":7}", null);

        Answer<Head> answer = now(plan(event(1, "{\"id\":\"a\",\"text\":\"one\",\"version\":9}"), seven, false));

        LogEntry.Unchanged mark = (LogEntry.Unchanged) logEntry(answer);
        assertThat(mark.version()).isEqualTo(9);
        assertThat(mark.contentVersion()).isEqualTo(7);
        assertThat(LogCodec.isMark(key(answer))).isTrue();
        assertThat(head(answer).version()).isEqualTo(9);
        assertThat(head(answer).contentVersion()).isEqualTo(7);
    }

    @Test
    void embedsARepeatAgainWhileItsHeadIsInQuarantine() {
        Head seven = headOf(0, "{\"id\":\"a\",\"text\":\"one\",\"version\":7}", null);

        Verdict<Head> verdict = plan(event(1, "{\"id\":\"a\",\"text\":\"one\",\"version\":8}"), seven, true);

        assertThat(upsert(done(verdict)).version()).isEqualTo(8);
    }

    @Test
    void embedsAChangeOfMetadataAlone() {
        Head one = headOf(0, "{\"id\":\"a\",\"text\":\"one\",\"metadata\":{\"k\":1}}", null);

        Verdict<Head> verdict = plan(event(1, "{\"id\":\"a\",\"text\":\"one\",\"metadata\":{\"k\":2}}"), one, false);

        assertThat(verdict).isInstanceOf(Verdict.Later.class);
    }

    @Test
    void saysNothingAboutAReplayWhoseHeadIsThere() {
        Head one = headOf(3, "{\"id\":\"a\",\"text\":\"one\"}", null);

        Answer<Head> answer = now(plan(event(3, "{\"id\":\"a\",\"text\":\"one\"}"), one, false));

        assertThat(answer.outputs()).isEmpty();
        assertThat(answer.head()).isEqualTo(one);
    }

    /** The topic was deleted and made again: its offsets begin anew. */
    @Test
    void embedsAnotherEventAtTheOffsetOfTheHead() {
        Head one = headOf(3, "{\"id\":\"a\",\"text\":\"one\"}", null);
        EmbedEvent two = event(3, "{\"id\":\"a\",\"text\":\"two\"}");
        Head former = new Head(
                one.version(),
                one.explicitVersion(),
                one.contentVersion(),
                one.fingerprint(),
                one.chunks(),
                one.largestChunkCount(),
                one.ref(),
                one.appendedAtMillis() - 1);

        assertThat(plan(two, former, false)).isInstanceOf(Verdict.Later.class);
    }

    @Test
    void supersedesAReplayOlderThanTheHead() {
        Head two = headOf(4, "{\"id\":\"a\",\"text\":\"two\"}", headOf(3, "{\"id\":\"a\",\"text\":\"one\"}", null));

        Answer<Head> answer = now(plan(event(3, "{\"id\":\"a\",\"text\":\"one\"}"), two, false));

        assertThat(completion(answer).outcome()).isEqualTo(Outcome.SUPERSEDED);
    }

    @Test
    void writesATombstoneWithTheLargestChunkCountForADeletion() {
        engine.chunks = 3;
        Head three = headOf(0, "{\"id\":\"a\",\"text\":\"long\"}", null);
        engine.chunks = 1;
        Head one = headOf(1, "{\"id\":\"a\",\"text\":\"short\"}", three);

        Answer<Head> answer = now(plan(event(2, "{\"id\":\"a\",\"type\":\"delete\"}"), one, false));

        assertThat(((LogEntry.Tombstone) logEntry(answer)).largestChunkCount()).isEqualTo(3);
        assertThat(head(answer).chunks()).isZero();
        assertThat(head(answer).fingerprint()).isEmpty();
    }

    @Test
    void embedsTheSameContentAgainAfterADeletion() {
        Head deleted = head(now(plan(
                event(1, "{\"id\":\"a\",\"type\":\"delete\"}"),
                headOf(0, "{\"id\":\"a\",\"text\":\"one\"}", null),
                false)));

        assertThat(plan(event(2, "{\"id\":\"a\",\"text\":\"one\"}"), deleted, false))
                .isInstanceOf(Verdict.Later.class);
    }

    @Test
    void clearsTheFingerprintWhenTheEmbedderFails() {
        Head one = headOf(0, "{\"id\":\"a\",\"text\":\"one\"}", null);
        EmbedEvent event = event(1, "{\"id\":\"a\",\"text\":\"two\"}");

        Answer<Head> answer = handler.failed(event, one, new IllegalStateException("no"));

        assertThat(completion(answer).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(reason(answer)).isEqualTo(ReasonCode.EMBEDDER_FAILED);
        assertThat(head(answer)).isEqualTo(one.withoutFingerprint());
    }

    @Test
    void expiresAnEventAndNeverLetsItDisplaceAnother() {
        EmbedEvent waiting = event(0, "{\"id\":\"a\",\"text\":\"one\"}");
        EmbedEvent expired = event(1, "{\"id\":\"a\",\"text\":\"two\"}", "ce_expirytime", "2026-11-24T11:59:59Z");

        Precedence precedence = handler.compare(expired, waiting);
        Completion completion = completion(now(plan(expired, null, false)));

        assertThat(precedence).isEqualTo(Precedence.BOTH);
        assertThat(completion.outcome()).isEqualTo(Outcome.EXPIRED);
    }

    @Test
    void letsOnlyWhatIsInteractiveNewerAndWantedOvertakeAndOnlyWhatIsBulk() {
        EmbedEvent bulk = eventOf("documents.bulk", 0, "{\"id\":\"a\",\"text\":\"one\",\"version\":5}");
        EmbedEvent newer = event(1, "{\"id\":\"a\",\"text\":\"two\",\"version\":6}");
        EmbedEvent newest = event(2, "{\"id\":\"a\",\"text\":\"three\",\"version\":7}");
        EmbedEvent newestBulk = eventOf("documents.bulk", 3, "{\"id\":\"a\",\"text\":\"four\",\"version\":8}");
        EmbedEvent older = event(4, "{\"id\":\"a\",\"text\":\"five\",\"version\":4}");
        EmbedEvent expired =
                event(5, "{\"id\":\"a\",\"text\":\"six\",\"version\":9}", "ce_expirytime", "2026-11-24T11:59:59Z");

        assertThat(handler.overtakes(newer, bulk)).isTrue();
        assertThat(handler.overtakes(older, bulk)).isFalse();
        assertThat(handler.overtakes(expired, bulk)).isFalse();
        assertThat(handler.overtakes(newest, newer)).isFalse();
        assertThat(handler.overtakes(newestBulk, bulk)).isFalse();
        assertThat(handler.overtakes(newestBulk, newer)).isFalse();
    }

    @Test
    void expiresAnEventThatWaitedTooLongForTheModel() {
        EmbedEvent event = event(0, "{\"id\":\"a\",\"text\":\"one\"}", "ce_expirytime", "2026-11-24T12:00:01Z");
        plan(event, null, false);
        assertThat(engine.wanted.getAsBoolean()).isTrue();

        Answer<Head> answer = handler.failed(event, null, new UnwantedException());

        assertThat(completion(answer).outcome()).isEqualTo(Outcome.EXPIRED);
        assertThat(answer.outputs()).hasSize(1); // no dead letter: nothing is wrong with it
    }

    @Test
    void neverLetsAnEventThatExpiredWhileItWaitedDisplaceAnother() {
        EmbedEvent nine =
                event(0, "{\"id\":\"a\",\"text\":\"nine\",\"version\":9}", "ce_expirytime", "2026-11-24T11:59:59Z");
        EmbedEvent seven = event(1, "{\"id\":\"a\",\"text\":\"seven\",\"version\":7}");

        assertThat(handler.compare(seven, nine)).isEqualTo(Precedence.BOTH);
        assertThat(handler.compare(nine, seven)).isEqualTo(Precedence.BOTH);
    }

    @Test
    void neverExpiresADeletion() {
        EmbedEvent event = event(1, "{\"id\":\"a\",\"type\":\"delete\"}", "ce_expirytime", "2026-11-24T11:59:59Z");

        assertThat(logEntry(now(plan(event, null, false)))).isInstanceOf(LogEntry.Tombstone.class);
    }

    @Test
    void refusesADocumentTheLogCannotTake() {
        engine.chunks = 2_000;

        Answer<Head> answer = done(plan(event(0, "{\"id\":\"a\",\"text\":\"one\"}"), null, false));

        assertThat(reason(answer)).isEqualTo(ReasonCode.TOO_MANY_CHUNKS);
        assertThat(answer.head()).isNull();
    }

    @Test
    void sendsAnEventInTheWrongPartitionOnOnceUnderItsId() {
        EmbedHandler ofEight = new EmbedHandler(
                new DocumentDecoder(DocumentLimits.DEFAULTS), engine, TOPICS, 8, answers, SPANS, observer, clock);
        ConsumerRecord<byte[], byte[]> misplaced = record("documents.bulk", 1, 5, "{\"id\":\"a\",\"text\":\"one\"}");
        assertThat(RoutedKey.partitionOf("a".getBytes(StandardCharsets.UTF_8), 8))
                .isNotEqualTo(1);

        Arrival<EmbedEvent, Head> first = ofEight.arrive(misplaced);

        Outbound sent =
                ((Arrival.Answered<EmbedEvent, Head>) first).answer().outputs().get(0);
        assertThat(sent.sink()).isEqualTo(EmbedTopology.SENT_ON_BULK);
        assertThat(new String(sent.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8))
                .isEqualTo("documents.bulk-1-5");
        ConsumerRecord<byte[], byte[]> again =
                record("documents.bulk", 1, 6, "{\"id\":\"a\",\"text\":\"one\"}", sent.headers());
        assertThat(ofEight.arrive(again)).isInstanceOf(Arrival.Chained.class);
        assertThat(((Arrival.Chained<EmbedEvent, Head>) ofEight.arrive(again))
                        .event()
                        .context()
                        .eventId())
                .isEqualTo("documents.bulk-1-5");
    }

    /** Records came compressed, within what the topic takes, and are larger than that. */
    @Test
    void tellsWhereARejectedRecordLiesThatIsTooLargeForTheDeadLetters() {
        String unfolded = "no JSON ".repeat(500);

        Answer<Head> answer = rejected(handler.arrive(record("documents", 0, 7, unfolded)));

        Outbound letter = answer.outputs().get(1);
        assertThat(letter.sink()).isEqualTo(EmbedTopology.DEAD_LETTERS);
        assertThat(letter.value()).isNull();
        assertThat(text(letter, "sb_offset")).isEqualTo("7");
        assertThat(text(letter, "sb_reason")).isEqualTo("malformed");
        assertThat(Integer.parseInt(text(letter, "sb_omitted"))).isGreaterThan(4_000);
    }

    @Test
    void rejectsWhatWasLeftOutBecauseItUnfoldsToTooMuch() {
        Headers headers = new RecordHeaders()
                .add("ce_id", "e-1".getBytes(StandardCharsets.UTF_8))
                .add("sb_unfolded", new byte[] {0, 0, 0, 0, 9, 0, 0, 0});

        Answer<Head> answer = rejected(handler.arrive(record("documents", 0, 7, "", headers)));

        String completion = new String(answer.outputs().get(0).value(), StandardCharsets.UTF_8);
        assertThat(completion).contains("\"eventId\":\"e-1\"", "\"too-large\"", "150994944 bytes");
        Outbound letter = answer.outputs().get(1);
        assertThat(letter.value()).isNull();
        assertThat(text(letter, "sb_omitted")).isEqualTo("150994944");
    }

    @Test
    void leavesOutTheHeadersOfADeadLetterThatAreTooLarge() {
        Headers large = new RecordHeaders().add("large", new byte[4_000]);

        Answer<Head> answer = rejected(handler.arrive(record("documents", 0, 7, "no JSON", large)));

        assertThat(answer.outputs().get(1).headers().lastHeader("large")).isNull();
    }

    @Test
    void rejectsWhatIsTooLargeToBeSentOn() {
        EmbedHandler ofEight = new EmbedHandler(
                new DocumentDecoder(DocumentLimits.DEFAULTS), engine, TOPICS, 8, answers, SPANS, observer, clock);

        Answer<Head> answer = rejected(ofEight.arrive(record("documents.bulk", 1, 5, "no JSON ".repeat(400))));

        assertThat(reason(answer)).isEqualTo(ReasonCode.MALFORMED);
    }

    private static Answer<Head> rejected(Arrival<EmbedEvent, Head> arrival) {
        Answer<Head> answer = ((Arrival.Answered<EmbedEvent, Head>) arrival).answer();
        assertThat(completion(answer).outcome()).isEqualTo(Outcome.REJECTED);
        return answer;
    }

    private static String text(Outbound out, String header) {
        return new String(out.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
    }

    @Test
    void comparesVersionsBeforeArrival() {
        EmbedEvent seven = event(0, "{\"id\":\"a\",\"text\":\"one\",\"version\":7}");
        EmbedEvent five = event(1, "{\"id\":\"a\",\"text\":\"two\",\"version\":5}");
        EmbedEvent sevenAgain = event(2, "{\"id\":\"a\",\"text\":\"one\",\"version\":7}");
        EmbedEvent none = event(3, "{\"id\":\"a\",\"text\":\"three\"}");

        assertThat(handler.compare(five, seven)).isEqualTo(Precedence.WAITING_SUPERSEDES);
        assertThat(handler.compare(sevenAgain, seven)).isEqualTo(Precedence.BOTH);
        assertThat(handler.compare(none, seven)).isEqualTo(Precedence.ARRIVING_SUPERSEDES);
    }

    @Test
    void roundTripsAHead() {
        Head head = headOf(3, "{\"id\":\"a\",\"text\":\"one\",\"version\":9223372036854775807}", null);

        assertThat(Head.CODEC.decode(Head.CODEC.encode(head))).isEqualTo(head);
    }

    private Verdict<Head> plan(EmbedEvent event, @Nullable Head head, boolean quarantined) {
        return handler.plan(event, head, quarantined, () -> true);
    }

    private Head headOf(long offset, String json, @Nullable Head before) {
        return head(done(plan(event(offset, json), before, false)));
    }

    private EmbedEvent eventOf(String topic, long offset, String json) {
        Arrival<EmbedEvent, Head> arrival = handler.arrive(record(topic, 0, offset, json));
        return ((Arrival.Chained<EmbedEvent, Head>) arrival).event();
    }

    private EmbedEvent event(long offset, String json, String... headers) {
        RecordHeaders given = new RecordHeaders();
        for (int i = 0; i < headers.length; i += 2) {
            given.add(headers[i], headers[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        Arrival<EmbedEvent, Head> arrival = handler.arrive(record("documents", 0, offset, json, given));
        return ((Arrival.Chained<EmbedEvent, Head>) arrival).event();
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, int partition, long offset, String json) {
        return record(topic, partition, offset, json, new RecordHeaders());
    }

    private static ConsumerRecord<byte[], byte[]> record(
            String topic, int partition, long offset, String json, Headers headers) {
        return new ConsumerRecord<>(
                topic,
                partition,
                offset,
                NOW.toEpochMilli() + offset,
                TimestampType.LOG_APPEND_TIME,
                1,
                json.length(),
                "a".getBytes(StandardCharsets.UTF_8),
                json.getBytes(StandardCharsets.UTF_8),
                headers,
                Optional.empty());
    }

    private static Answer<Head> now(Verdict<Head> verdict) {
        return ((Verdict.Now<Head>) verdict).answer();
    }

    private static Answer<Head> done(Verdict<Head> verdict) {
        try {
            return ((Verdict.Later<Head>) verdict).answer().join();
        } catch (CompletionException e) {
            throw new AssertionError("the embedding failed", e.getCause());
        }
    }

    private static Head head(Answer<Head> answer) {
        Head head = answer.head();
        if (head == null) {
            throw new AssertionError("no head");
        }
        return head;
    }

    private static LogEntry.Upsert upsert(Answer<Head> answer) {
        return (LogEntry.Upsert) logEntry(answer);
    }

    private static byte[] key(Answer<Head> answer) {
        byte[] key = answer.outputs().get(0).key();
        if (key == null) {
            throw new AssertionError("no key");
        }
        return key;
    }

    private static LogEntry logEntry(Answer<Head> answer) {
        Outbound out = answer.outputs().get(0);
        assertThat(out.sink()).isEqualTo(EmbedTopology.LOG);
        return LogCodec.decode(out.key(), out.value(), out.headers());
    }

    private static Completion completion(Answer<Head> answer) {
        Outbound out = answer.outputs().get(0);
        assertThat(out.sink()).isEqualTo(EmbedTopology.COMPLETIONS);
        return CompletionCodec.decode(out.value(), out.headers());
    }

    private static ReasonCode reason(Answer<Head> answer) {
        var reason = completion(answer).reason();
        if (reason == null) {
            throw new AssertionError("no reason");
        }
        return reason.code();
    }
}
