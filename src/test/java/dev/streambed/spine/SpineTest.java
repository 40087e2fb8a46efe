package dev.streambed.spine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import dev.streambed.testing.BrokerTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a producer is promised of single documents, with the service as a user runs it. */
@BrokerTest
class SpineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LONG_TEXT =
            "The keeper of the lighthouse counted the ships of every night. ".repeat(80);

    @TempDir
    static Path directory = Path.of("unset");

    private static Spine spine;
    private static ServiceProcess service;
    private static AnswerBook answers;
    private static Producing producing;

    @BeforeAll
    static void start() {
        spine = Spine.start(directory);
        service = spine.service().awaitReady();
        answers = spine.answers();
        producing = spine.producing();
    }

    /** Where there is no Milvus nothing has started, and the tests were skipped. */
    @AfterAll
    static void stop() {
        if (producing == null) {
            return;
        }
        producing.close();
        answers.close();
        int exitCode = service.terminate();
        spine.close();
        assertThat(exitCode).as("exit code after SIGTERM").isZero();
    }

    @Test
    void storesADocumentBeforeItSaysIndexed() {
        String event = producing.send(
                "documents",
                "stored",
                "{\"id\":\"stored\",\"version\":7,\"title\":\"A title\",\"text\":\"Bread needs time.\",\"author\":\"me\","
                        + "\"metadata\":{\"lang\":\"en\"}}",
                "ce_correlationid",
                "c-1",
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        Completion completion = answers.await(event, PATIENCE);

        assertThat(completion.outcome()).isEqualTo(Outcome.INDEXED);
        assertThat(completion.version()).isEqualTo(7);
        assertThat(completion.chunks()).isEqualTo(1);
        assertThat(completion.correlationId()).isEqualTo("c-1");
        assertThat(completion.traceparent()).isEqualTo("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        StoredRows.Stored row = rowsOf("stored").get(0);
        assertThat(row.id()).isEqualTo("stored#0");
        assertThat(row.version()).isEqualTo(7);
        assertThat(row.title()).isEqualTo("A title");
        assertThat(row.text()).isEqualTo("Bread needs time.");
        assertThat(row.metadata().get("lang").getAsString()).isEqualTo("en");
        assertThat(row.metadata().get("author").getAsString()).isEqualTo("me");
        assertThat(row.vector()).hasSize(384);
    }

    @Test
    void leavesNoneOfTheOldChunksAfterAShorterUpdate() {
        answers.await(upsert("shrinks", LONG_TEXT, 1), PATIENCE);
        assertThat(rowsOf("shrinks")).hasSizeGreaterThan(2);

        Completion completion = answers.await(upsert("shrinks", "Short now.", 2), PATIENCE);

        assertThat(completion.outcome()).isEqualTo(Outcome.INDEXED);
        assertThat(rowsOf("shrinks")).extracting(StoredRows.Stored::text).containsExactly("Short now.");
    }

    @Test
    void leavesNothingOfADeletedDocument() {
        answers.await(upsert("goes", LONG_TEXT, 1), PATIENCE);

        Completion byType = answers.await(
                producing.send("documents", "goes", "{\"id\":\"goes\",\"type\":\"delete\",\"version\":2}"), PATIENCE);

        assertThat(byType.outcome()).isEqualTo(Outcome.DELETED);
        assertThat(rowsOf("goes")).isEmpty();
        answers.await(upsert("goes", LONG_TEXT, 3), PATIENCE);
        Completion byNull = answers.await(producing.send("documents", "goes", null), PATIENCE);
        assertThat(byNull.outcome()).isEqualTo(Outcome.DELETED);
        assertThat(rowsOf("goes")).isEmpty();
    }

    @Test
    void changesNothingForAnOlderVersion() {
        answers.await(upsert("ages", "The newer one.", 5), PATIENCE);

        Completion completion = answers.await(upsert("ages", "The older one.", 4), PATIENCE);

        assertThat(completion.outcome()).isEqualTo(Outcome.SUPERSEDED);
        assertThat(rowsOf("ages")).extracting(StoredRows.Stored::text).containsExactly("The newer one.");
    }

    @Test
    void answersARepeatUnchangedAndAChangeOfMetadataAloneIndexed() {
        answers.await(upsert("same", "Said once.", 1), PATIENCE);

        Completion repeat = answers.await(upsert("same", "Said once.", 2), PATIENCE);
        Completion other = answers.await(
                producing.send(
                        "documents", "same", "{\"id\":\"same\",\"version\":3,\"text\":\"Said once.\",\"k\":\"v\"}"),
                PATIENCE);

        assertThat(repeat.outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(repeat.version()).isEqualTo(2);
        assertThat(other.outcome()).isEqualTo(Outcome.INDEXED);
        assertThat(rowsOf("same")).extracting(StoredRows.Stored::version).containsExactly(3L);
    }

    @Test
    void rejectsOtherContentUnderTheSameVersion() {
        answers.await(upsert("conflict", "One thing.", 1), PATIENCE);

        Completion completion = answers.await(upsert("conflict", "Another thing.", 1), PATIENCE);

        assertThat(completion.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(code(completion)).isEqualTo(ReasonCode.VERSION_CONFLICT);
    }

    @Test
    void takesTheBulkLaneToo() {
        String event = producing.send("documents.bulk", "bulk", "{\"id\":\"bulk\",\"text\":\"Nobody waits.\"}");

        assertThat(answers.await(event, PATIENCE).outcome()).isEqualTo(Outcome.INDEXED);
    }

    @Test
    void sendsAnEventInTheWrongPartitionOnToItsOwn() throws Exception {
        for (int partition = 0; partition < 3; partition++) {
            String id = "elsewhere-" + partition;
            try (var raw = new org.apache.kafka.clients.producer.KafkaProducer<>(
                    Map.<String, Object>of("bootstrap.servers", spine.bootstrapServers()),
                    new org.apache.kafka.common.serialization.ByteArraySerializer(),
                    new org.apache.kafka.common.serialization.ByteArraySerializer())) {
                var record = new org.apache.kafka.clients.producer.ProducerRecord<>(
                        "documents",
                        partition,
                        "elsewhere".getBytes(StandardCharsets.UTF_8),
                        ("{\"id\":\"elsewhere\",\"text\":\"Number " + partition + "\",\"version\":" + (partition + 1)
                                        + "}")
                                .getBytes(StandardCharsets.UTF_8));
                record.headers().add("ce_id", id.getBytes(StandardCharsets.UTF_8));
                raw.send(record).get();
            }
            assertThat(answers.await(id, PATIENCE).outcome()).isEqualTo(Outcome.INDEXED);
        }

        assertThat(rowsOf("elsewhere")).extracting(StoredRows.Stored::version).containsExactly(3L);
        assertThat(service.metric("streambed_sent_on_total")).isBetween(2.0, 3.0);
    }

    @Test
    void answersEachWrongInputAndDisturbsNothingElse() throws Exception {
        String nested = "[".repeat(2_000) + "]".repeat(2_000);
        String longId = "x".repeat(600);
        byte[] invalid = "{\"id\":\"bad\",\"text\":\"?\"}".getBytes(StandardCharsets.UTF_8);
        invalid[20] = (byte) 0xC3;
        Map<String, ReasonCode> expected = new java.util.LinkedHashMap<>();
        expected.put(producing.send("documents", "bad", "not JSON"), ReasonCode.MALFORMED);
        expected.put(producing.send("documents", "bad", "{\"id\":\"bad\",\"text\":7}"), ReasonCode.MALFORMED);
        expected.put(producing.send("documents", "bad", "{\"text\":\"no id\"}"), ReasonCode.INVALID_ID);
        expected.put(
                producing.send("documents", longId, "{\"id\":\"" + longId + "\",\"text\":\"t\"}"),
                ReasonCode.INVALID_ID);
        expected.put(
                producing.send("documents", "a\0b", "{\"id\":\"a\\u0000b\",\"text\":\"t\"}"), ReasonCode.INVALID_ID);
        expected.put(
                producing.send("documents", "big", "{\"id\":\"big\",\"text\":\"" + "long ".repeat(300_000) + "\"}"),
                ReasonCode.TOO_LARGE);
        expected.put(
                producing.sendBytes("documents", "bad".getBytes(StandardCharsets.UTF_8), invalid),
                ReasonCode.MALFORMED);
        expected.put(
                producing.send("documents", "deep", "{\"id\":\"deep\",\"text\":\"t\",\"m\":" + nested + "}"),
                ReasonCode.MALFORMED);
        expected.put(producing.send("documents", null, "{\"id\":\"bad\",\"text\":\"t\"}"), ReasonCode.KEY_MISMATCH);
        expected.put(
                producing.send("documents", "bad", "{\"id\":\"bad\",\"type\":\"rename\",\"text\":\"t\"}"),
                ReasonCode.UNKNOWN_TYPE);
        expected.put(producing.send("documents", "bad", "{\"id\":\"bad\",\"text\":\"\\ud800\"}"), ReasonCode.MALFORMED);
        expected.put(
                producing.send("documents", "bad", "{\"id\":\"bad\",\"text\":\"t\"}", "ce_specversion", "9.9"),
                ReasonCode.UNKNOWN_FORMAT);
        expected.put(producing.send("documents", "bad", "{\"id\":\"bad\",\"text\":\"\"}"), ReasonCode.EMPTY_TEXT);
        byte[] fiveMegabytes = new byte[5 << 20];
        Arrays.fill(fiveMegabytes, (byte) 'x');
        var refused = producing.sendAs("5mb", "documents", "huge".getBytes(StandardCharsets.UTF_8), fiveMegabytes);
        String good = upsert("undisturbed", "All the while.", 1);

        answers.awaitAll(expected.keySet(), PATIENCE);

        for (Map.Entry<String, ReasonCode> wrong : expected.entrySet()) {
            Completion completion = answers.of(wrong.getKey()).get(0);
            assertThat(completion.outcome()).isEqualTo(Outcome.REJECTED);
            assertThat(code(completion)).as("%s", completion.reason()).isEqualTo(wrong.getValue());
        }
        assertThat(Producing.refusalOf(refused)).isInstanceOf(RecordTooLargeException.class);
        assertThat(answers.await(good, PATIENCE).outcome()).isEqualTo(Outcome.INDEXED);
        assertThat(rowsOf("bad")).isEmpty();
    }

    /** Compressed the topic takes it; no topic takes it as it is, and the stage must not try for ever. */
    @Test
    void rejectsWhatUnfoldsToMoreThanAnyTopicTakes() throws Exception {
        byte[] unfolded = new byte[24 << 20];
        Arrays.fill(unfolded, (byte) ' ');
        try (var raw = new org.apache.kafka.clients.producer.KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        spine.bootstrapServers(),
                        "compression.type",
                        "gzip",
                        "max.request.size",
                        64 << 20,
                        "buffer.memory",
                        64L << 20),
                new org.apache.kafka.common.serialization.ByteArraySerializer(),
                new org.apache.kafka.common.serialization.ByteArraySerializer())) {
            var record = new org.apache.kafka.clients.producer.ProducerRecord<>(
                    "documents", "unfolds".getBytes(StandardCharsets.UTF_8), unfolded);
            record.headers().add("ce_id", "unfolds-1".getBytes(StandardCharsets.UTF_8));
            raw.send(record).get();
        }

        Completion completion = answers.await("unfolds-1", PATIENCE);

        assertThat(completion.outcome()).isEqualTo(Outcome.REJECTED);
        assertThat(code(completion)).isEqualTo(ReasonCode.TOO_LARGE);
        assertThat(answers.await(upsert("unfolds", "Behind it.", 1), PATIENCE).outcome())
                .isEqualTo(Outcome.INDEXED);
    }

    @Test
    void keepsTheBytesOfWhatItRejects() {
        byte[] wrong = "{\"id\":\"dead\",\"text\":".getBytes(StandardCharsets.UTF_8);

        String event = producing.sendBytes("documents", "dead".getBytes(StandardCharsets.UTF_8), wrong);

        assertThat(code(answers.await(event, PATIENCE))).isEqualTo(ReasonCode.MALFORMED);
        spine.awaitDeadLetter(wrong);
    }

    @Test
    void showsEachStepTheLagWhatIsInFlightAndTheOutcomes() {
        answers.await(upsert("measured", "Each step is timed apart.", 1), PATIENCE);
        service.awaitMetric(Pattern.compile("streambed_lag_seconds\\{[^}]*group=\"streambed-minilm-index\""));

        String metrics = service.get("/metrics");

        for (String step : List.of("queue", "tokenize", "embed", "index", "total")) {
            assertThat(metrics)
                    .containsPattern(
                            "streambed_step_seconds_count\\{[^}]*stage=\"index\"[^}]*step=\"" + step + "\"\\} [1-9]");
        }
        for (String group : List.of("streambed-minilm-embed", "streambed-minilm-index")) {
            assertThat(metrics)
                    .containsPattern("streambed_lag_records\\{[^}]*group=\"" + group + "\"")
                    .containsPattern("streambed_lag_seconds\\{[^}]*group=\"" + group + "\"");
        }
        for (String stage : List.of("embed", "index")) {
            for (String figure : List.of("live_events", "restored_records")) {
                assertThat(metrics)
                        .containsPattern("streambed_stage_" + figure + "\\{[^}]*stage=\"" + stage + "\"\\} \\d");
            }
        }
        assertThat(metrics).containsPattern("streambed_outcomes_total\\{[^}]*outcome=\"indexed\"[^}]*\\} [1-9]");
    }

    @Test
    void answersInThePartitionTheCallerReads() {
        String event = producing.send(
                "documents", "routed", "{\"id\":\"routed\",\"text\":\"To the fifth.\"}", "ce_replypartition", "5");

        answers.await(event, PATIENCE);

        assertThat(answers.partitionOf(event)).isEqualTo(5);
    }

    @Test
    void findsWhatItStored() {
        answers.await(upsert("finds-1", "How to bake sourdough bread at home.", 1), PATIENCE);
        answers.await(upsert("finds-2", "The orbit of Jupiter's moons.", 1), PATIENCE);

        String found = service.post(
                "/search", "{\"queries\":[{\"id\":\"q\",\"text\":\"a recipe for a loaf with wild yeast\"}],\"k\":1}");

        assertThat(found).contains("finds-1").doesNotContain("finds-2");
    }

    private static String upsert(String id, String text, long version) {
        return producing.send(
                "documents", id, "{\"id\":\"" + id + "\",\"version\":" + version + ",\"text\":\"" + text + "\"}");
    }

    private static List<StoredRows.Stored> rowsOf(String documentId) {
        return spine.rows().values().stream()
                .filter(row -> row.documentId().equals(documentId))
                .toList();
    }

    private static @Nullable ReasonCode code(Completion completion) {
        Reason reason = completion.reason();
        return reason == null ? null : reason.code();
    }
}
