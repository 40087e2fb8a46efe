package dev.streambed.document;

import static dev.streambed.completion.ReasonCode.INVALID_ID;
import static dev.streambed.completion.ReasonCode.KEY_MISMATCH;
import static dev.streambed.completion.ReasonCode.MALFORMED;
import static dev.streambed.completion.ReasonCode.UNKNOWN_FORMAT;
import static dev.streambed.completion.ReasonCode.UNKNOWN_TYPE;
import static dev.streambed.document.Records.record;
import static dev.streambed.document.Records.utf8;
import static dev.streambed.document.WrongInput.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RejectsWrongEnvelopesTest {
    private static final String OF_A = "{\"id\":\"a\",\"text\":\"t\"}";

    @TestFactory
    Stream<DynamicTest> rejectsWithAReasonTheProducerCanActOn() {
        String longId = "i".repeat(600);
        return Stream.of(
                        new WrongInput(
                                "structured content type",
                                header("content-type", "application/cloudevents+json"),
                                UNKNOWN_FORMAT,
                                "a",
                                "content-type"),
                        new WrongInput(
                                "another content type",
                                header("content-type", "application/avro"),
                                UNKNOWN_FORMAT,
                                "a",
                                "\"application/avro\""),
                        new WrongInput(
                                "another charset",
                                header("content-type", "application/json; charset=\"latin1\""),
                                UNKNOWN_FORMAT,
                                "a",
                                "UTF-8"),
                        new WrongInput(
                                "another data content type",
                                header("ce_datacontenttype", "text/xml"),
                                UNKNOWN_FORMAT,
                                "a",
                                "ce_datacontenttype"),
                        new WrongInput(
                                "an unknown spec version",
                                header("ce_specversion", "2.0"),
                                UNKNOWN_FORMAT,
                                "a",
                                "\"2.0\"; only CloudEvents 1.0"),
                        new WrongInput(
                                "another event type",
                                header("ce_type", "com.example.paid"),
                                UNKNOWN_TYPE,
                                "a",
                                "\"com.example.paid\""),
                        new WrongInput("a bad sequence", header("ce_sequence", "-4"), MALFORMED, "a", "ce_sequence"),
                        new WrongInput(
                                "a sequence too large",
                                header("ce_sequence", "9223372036854775808"),
                                MALFORMED,
                                "a",
                                "ce_sequence"),
                        new WrongInput(
                                "a bad expiry",
                                header("ce_expirytime", "tomorrow"),
                                MALFORMED,
                                "a",
                                "ce_expirytime is \"tomorrow\""),
                        new WrongInput(
                                "an expiry without offset",
                                header("ce_expirytime", "2026-01-31T12:00:00"),
                                MALFORMED,
                                "a",
                                "RFC 3339"),
                        new WrongInput(
                                "an expiry in the year 10000",
                                header("ce_expirytime", "+10000-01-01T00:00:00Z"),
                                MALFORMED,
                                "a",
                                "RFC 3339"),
                        new WrongInput(
                                "a bad reply partition",
                                header("ce_replypartition", "one"),
                                MALFORMED,
                                "a",
                                "ce_replypartition is \"one\""),
                        new WrongInput(
                                "a reply partition that is not there",
                                header("ce_replypartition", "6"),
                                MALFORMED,
                                "a",
                                "0..5"),
                        new WrongInput(
                                "an event id too long", header("ce_id", "e".repeat(513)), MALFORMED, "a", "ce_id"),
                        new WrongInput("an event id with a newline", header("ce_id", "e\n"), MALFORMED, "a", "ce_id"),
                        new WrongInput("an empty event id", header("ce_id", ""), MALFORMED, "a", "ce_id"),
                        new WrongInput(
                                "a correlation id too long",
                                header("ce_correlationid", "e".repeat(513)),
                                MALFORMED,
                                "a",
                                "ce_correlationid"),
                        new WrongInput(
                                "a subject of another document",
                                header("ce_subject", "b"),
                                KEY_MISMATCH,
                                "a",
                                "ce_subject is \"b\""),
                        new WrongInput(
                                "key of another document",
                                record("b", OF_A),
                                KEY_MISMATCH,
                                "b",
                                "the record key is \"b\", but the document id is \"a\""),
                        new WrongInput("an empty key", record("", OF_A), KEY_MISMATCH, "a", "the record key is \"\""),
                        new WrongInput(
                                "a null key", record((String) null, OF_A), KEY_MISMATCH, "a", "the record has no key"),
                        new WrongInput(
                                "a null key and no id",
                                record((String) null, "{\"text\":\"t\"}"),
                                INVALID_ID,
                                null,
                                "\"id\" is missing"),
                        new WrongInput(
                                "a null key and value",
                                record((String) null, null),
                                INVALID_ID,
                                null,
                                "set the record key"),
                        new WrongInput(
                                "a null key and value, a subject",
                                record(null, null, Map.of("ce_subject", "a")),
                                KEY_MISMATCH,
                                "a",
                                "the record has no key"),
                        new WrongInput(
                                "an id of 600 bytes",
                                record(longId, "{\"id\":\"" + longId + "\",\"text\":\"t\"}"),
                                INVALID_ID,
                                null,
                                "\"id\" has 600 bytes"),
                        new WrongInput(
                                "an id with a NUL",
                                record("a\0b", "{\"id\":\"a\\u0000b\",\"text\":\"t\"}"),
                                INVALID_ID,
                                null,
                                "control character: \"a\\u{0}b\""),
                        new WrongInput(
                                "an empty id",
                                record("", "{\"id\":\"\",\"text\":\"t\"}"),
                                INVALID_ID,
                                null,
                                "\"id\" is empty"),
                        new WrongInput(
                                "a deletion of an id of 600 bytes",
                                record(longId, null),
                                INVALID_ID,
                                null,
                                "the record key has 600 bytes"),
                        new WrongInput(
                                "a deletion of another subject",
                                record("a", null, Map.of("ce_subject", "b")),
                                KEY_MISMATCH,
                                "a",
                                "ce_subject"))
                .map(WrongInput::test);
    }

    @Test
    void rejectsAKeyThatIsNoUtf8() {
        byte[] key = {(byte) 0xc3};

        Decoded.Rejected upsert = rejected(record(key, utf8(OF_A), new RecordHeaders()));
        Decoded.Rejected deletion = rejected(record(key, null, new RecordHeaders()));

        assertThat(upsert.reason().code()).isEqualTo(KEY_MISMATCH);
        assertThat(upsert.reason().message()).contains("the record key is not valid UTF-8");
        assertThat(upsert.documentId()).isEqualTo("a");
        assertThat(deletion.reason().code()).isEqualTo(INVALID_ID);
        assertThat(deletion.documentId()).isNull();
    }

    @Test
    void carriesTheEnvelopeOfWhatItRejects() {
        Decoded.Rejected rejected = rejected(record(
                "a",
                "not json",
                Map.of(
                        "ce_id",
                        "e-1",
                        "ce_correlationid",
                        "c-1",
                        "ce_replypartition",
                        "5",
                        "traceparent",
                        "00-1-2-01")));

        assertThat(rejected.context()).isEqualTo(new EventContext("e-1", "c-1", 5, "00-1-2-01"));
        assertThat(rejected.documentId()).isEqualTo("a");
    }

    @Test
    void carriesTheGoodHeadersBesideABadOne() {
        Decoded.Rejected rejected =
                rejected(record("a", OF_A, Map.of("ce_id", "", "ce_correlationid", "c-1", "ce_replypartition", "5")));

        assertThat(rejected.reason().message()).contains("ce_id");
        assertThat(rejected.context()).isEqualTo(new EventContext("documents-2-41", "c-1", 5, null));
    }

    private static ConsumerRecord<byte[], byte[]> header(String name, String value) {
        return record("a", OF_A, Map.of(name, value));
    }
}
