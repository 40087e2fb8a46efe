package dev.streambed.document;

import static dev.streambed.document.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentDecoderTest {
    private final DocumentDecoder decoder = new DocumentDecoder(DocumentLimits.DEFAULTS);

    @Test
    void readsEveryFieldOfPlainJson() {
        DocumentEvent event = accepted(record("a/1", """
                {"id":"a/1","type":"upsert","version":7,"text":"Some text","title":"A title",
                 "metadata":{"year":1958,"tags":["x",null,true],"ratio":0.5,"big":18446744073709551615}}"""));

        Map<String, Object> metadata = new HashMap<>();
        metadata.put("year", 1958L);
        metadata.put("tags", Arrays.asList("x", null, true));
        metadata.put("ratio", 0.5);
        metadata.put("big", new BigInteger("18446744073709551615"));
        assertThat(event.change())
                .isEqualTo(new DocumentChange("a/1", ChangeType.UPSERT, 7L, "Some text", "A title", metadata));
        assertThat(event.context()).isEqualTo(new EventContext("documents-2-41", null, null, null));
        assertThat(event.expiry()).isNull();
    }

    @Test
    void isAnUpsertWithoutVersionUnlessTheProducerSaysMore() {
        DocumentChange change =
                accepted(record("a", "{\"id\":\"a\",\"text\":\"t\"}")).change();

        assertThat(change).isEqualTo(DocumentChange.upsert("a", "t"));
    }

    @Test
    void takesANullFieldForAnAbsentOne() {
        DocumentChange change = accepted(
                        record(
                                "a",
                                "{\"id\":\"a\",\"text\":\"t\",\"type\":null,\"version\":null,\"title\":null,\"metadata\":null}"))
                .change();

        assertThat(change).isEqualTo(DocumentChange.upsert("a", "t"));
    }

    @Test
    void turnsUnknownFieldsIntoMetadataBehindTheExplicitOnes() {
        DocumentChange change = accepted(
                        record(
                                "a",
                                "{\"id\":\"a\",\"text\":\"t\",\"author\":\"field\",\"year\":1,\"none\":null,\"metadata\":{\"author\":\"explicit\"}}"))
                .change();

        Map<String, Object> expected = new HashMap<>(Map.of("author", "explicit", "year", 1L));
        expected.put("none", null);
        assertThat(change.metadata()).isEqualTo(expected);
    }

    @Test
    void readsTheEnvelopeOfACloudEvent() {
        DocumentEvent event = accepted(record(
                "a",
                "{\"text\":\"t\"}",
                Map.of(
                        "ce_specversion", "1.0",
                        "ce_type", "dev.streambed.document.changed",
                        "ce_id", "event-1",
                        "ce_subject", "a",
                        "ce_sequence", "00012",
                        "ce_expirytime", "2026-01-31T12:00:00.5+01:00",
                        "ce_correlationid", "c-1",
                        "ce_replypartition", "3",
                        "traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                        "content-type", "application/json; charset=UTF-8")));

        assertThat(event.change()).isEqualTo(DocumentChange.upsert("a", "t").withVersion(12));
        assertThat(event.expiry()).isEqualTo(Instant.parse("2026-01-31T11:00:00.5Z"));
        assertThat(event.context())
                .isEqualTo(new EventContext(
                        "event-1", "c-1", 3, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    }

    @Test
    void prefersTheVersionOfTheBodyToTheSequence() {
        DocumentChange change = accepted(record(
                        "a", "{\"id\":\"a\",\"text\":\"t\",\"version\":3}", Map.of("ce_sequence", "not a number")))
                .change();

        assertThat(change.version()).isEqualTo(3);
    }

    @Test
    void takesANullValueForTheDeletionOfTheKeysDocument() {
        DocumentEvent event = accepted(record(
                "a", null, Map.of("ce_sequence", "9", "content-type", "application/octet-stream", "ce_id", "e")));

        assertThat(event.change()).isEqualTo(DocumentChange.delete("a").withVersion(9));
        assertThat(event.context().eventId()).isEqualTo("e");
    }

    @Test
    void neverDropsADeletionAndStoresNothingOfIt() {
        DocumentEvent event = accepted(record(
                "a",
                "{\"id\":\"a\",\"type\":\"delete\",\"text\":\"t\",\"title\":\"u\",\"other\":\"x\"}",
                Map.of("ce_expirytime", "2001-01-01T00:00:00Z")));

        assertThat(event.change()).isEqualTo(DocumentChange.delete("a"));
        assertThat(event.expiry()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"a\",\"text\":\"t\",\"version\":0}",
                "{\"id\":\"a\",\"text\":\"t\",\"version\":9223372036854775807}",
                " \n{\"id\":\"a\",\"text\":\"t\"}\n ",
                "{\"id\":\"a\",\"text\":\"t \\ud83d\\ude00 \\u0000\"}",
                "{\"id\":\"a\",\"text\":\"\uD83D\uDE00\"}"
            })
    void acceptsTheEdges(String value) {
        accepted(record("a", value));
    }

    @Test
    void acceptsAnIdOfExactly512Bytes() {
        String id = "é".repeat(256);

        assertThat(accepted(record(id, "{\"id\":\"" + id + "\",\"text\":\"t\"}"))
                        .change()
                        .id())
                .isEqualTo(id);
    }

    @Test
    void acceptsMetadataAsDeepAsTheLimit() {
        // The outermost object is level 1.
        String value = "{\"id\":\"a\",\"text\":\"t\",\"m\":" + "[".repeat(63) + "]".repeat(63) + "}";

        accepted(record("a", value));
    }

    @Test
    void makesMetadataNobodyCanChange() {
        DocumentChange change = accepted(record("a", "{\"id\":\"a\",\"text\":\"t\",\"m\":{\"l\":[1]}}"))
                .change();

        assertThat(change.metadata()).isUnmodifiable();
        assertThat(change.metadata().get("m")).isInstanceOfSatisfying(Map.class, inner -> {
            assertThat((Map<?, ?>) inner).isUnmodifiable();
            assertThat((List<?>) inner.get("l")).isUnmodifiable();
        });
    }

    @Test
    void ignoresATraceContextItCannotRead() {
        DocumentEvent event =
                accepted(record("a", "{\"id\":\"a\",\"text\":\"t\"}", Map.of("traceparent", "x".repeat(513))));

        assertThat(event.context().traceparent()).isNull();
    }

    @Test
    void readsWhatTheEncoderWrites() {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("emoji \uD83D\uDE00", List.of("a\"b\\c\u0001", 1.5, -3, Map.of("x", List.of())));
        metadata.put("nothing", null);
        DocumentChange change = DocumentChange.upsert("a", "text \uD83D\uDE00 é")
                .withVersion(Long.MAX_VALUE)
                .withTitle("ti\ttle")
                .withMetadata(metadata);

        DocumentEvent event =
                accepted(record(Records.utf8("a"), DocumentChangeJson.encode(change), new RecordHeaders()));

        assertThat(event.change()).isEqualTo(change);
    }

    private DocumentEvent accepted(ConsumerRecord<byte[], byte[]> record) {
        Decoded decoded = decoder.decode(record);
        assertThat(decoded).isInstanceOf(Decoded.Accepted.class);
        return ((Decoded.Accepted) decoded).event();
    }
}
