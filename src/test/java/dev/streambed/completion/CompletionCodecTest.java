package dev.streambed.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionCodecTest {
    private static final Completion FULL = new Completion(
            "event-1",
            "döc \uD83D\uDE00",
            7L,
            Outcome.REJECTED,
            new Reason(ReasonCode.TOO_MANY_CHUNKS, "more than \"40\"\nchunks"),
            3,
            true,
            "minilm",
            new Timings(1, 2, 3, 4, 10),
            "correlation",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    private static final Completion BARE =
            new Completion("event-2", null, null, Outcome.FAILED, null, 0, false, "minilm", Timings.NONE, null, null);

    @Test
    void readsBackWhatItWrites() {
        for (Completion completion : new Completion[] {FULL, BARE}) {
            assertThat(CompletionCodec.decode(CompletionCodec.value(completion), CompletionCodec.headers(completion)))
                    .isEqualTo(completion);
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesEveryOutcomeAndReason(ReasonCode code) {
        for (Outcome outcome : Outcome.values()) {
            Completion completion = new Completion(
                    "e", "d", 1L, outcome, new Reason(code, "m"), 0, false, "p", Timings.NONE, null, null);

            assertThat(CompletionCodec.decode(CompletionCodec.value(completion), CompletionCodec.headers(completion)))
                    .isEqualTo(completion);
        }
    }

    @Test
    void writesTheFieldsOfTheContract() throws Exception {
        JsonNode json = new ObjectMapper().readTree(CompletionCodec.value(FULL));

        assertThat(json).isEqualTo(new ObjectMapper().readTree("""
                        {"eventId":"event-1","documentId":"döc 😀","version":7,"outcome":"REJECTED",
                         "reason":{"code":"too-many-chunks","message":"more than \\"40\\"\\nchunks"},"chunks":3,"truncated":true,
                         "pipeline":"minilm","timings":{"queueMillis":1,"tokenizeMillis":2,"embedMillis":3,"indexMillis":4,"totalMillis":10}}"""));
        assertThat(new ObjectMapper()
                        .readTree(CompletionCodec.value(BARE))
                        .get("reason")
                        .isNull())
                .isTrue();
        assertThat(CompletionCodec.key(FULL)).asString(StandardCharsets.UTF_8).isEqualTo("döc \uD83D\uDE00");
        assertThat(CompletionCodec.key(BARE)).isNull();
    }

    @Test
    void namesTheOutcomeTheCauseAndTheTraceInHeaders() {
        Headers headers = CompletionCodec.headers(FULL);

        assertThat(EventHeaders.text(headers, "ce_specversion")).isEqualTo("1.0");
        assertThat(EventHeaders.text(headers, "ce_type")).isEqualTo("dev.streambed.document.rejected");
        assertThat(EventHeaders.text(headers, "ce_source")).isEqualTo("/streambed/minilm");
        assertThat(EventHeaders.text(headers, "ce_causationid")).isEqualTo("event-1");
        assertThat(EventHeaders.text(headers, "ce_correlationid")).isEqualTo("correlation");
        assertThat(EventHeaders.text(headers, "traceparent")).isEqualTo(FULL.traceparent());
        assertThat(EventHeaders.text(headers, "content-type")).isEqualTo("application/json");
        assertThat(CompletionCodec.headers(BARE).lastHeader("ce_correlationid")).isNull();
    }

    @Test
    void givesARepeatedAnswerTheSameId() {
        String id = CompletionCodec.idOf("event-1", Outcome.INDEXED);

        assertThat(UUID.fromString(id).toString()).isEqualTo(id);
        assertThat(CompletionCodec.idOf("event-1", Outcome.INDEXED)).isEqualTo(id);
        assertThat(CompletionCodec.idOf("event-1", Outcome.SUPERSEDED)).isNotEqualTo(id);
        assertThat(CompletionCodec.idOf("event-2", Outcome.INDEXED)).isNotEqualTo(id);
    }

    @Test
    void ignoresFieldsItDoesNotKnow() {
        String value =
                "{\"eventId\":\"e\",\"outcome\":\"INDEXED\",\"pipeline\":\"p\",\"new\":{\"a\":[1]},\"timings\":{\"newMillis\":1,\"totalMillis\":5}}";

        Completion completion = CompletionCodec.decode(value.getBytes(StandardCharsets.UTF_8), new RecordHeaders());

        assertThat(completion.outcome()).isEqualTo(Outcome.INDEXED);
        assertThat(completion.timings().totalMillis()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "not json",
                "{\"eventId\":\"e\"",
                "{\"eventId\":\"e\",\"outcome\":\"MAGIC\",\"pipeline\":\"p\"}",
                "{\"eventId\":5,\"outcome\":\"INDEXED\",\"pipeline\":\"p\"}",
                "{\"eventId\":\"e\",\"outcome\":\"INDEXED\",\"pipeline\":\"p\",\"chunks\":\"many\"}",
                "{\"eventId\":\"e\",\"outcome\":\"INDEXED\",\"pipeline\":\"p\",\"reason\":\"because\"}",
                "{\"eventId\":\"e\",\"outcome\":\"FAILED\",\"pipeline\":\"p\",\"reason\":{\"code\":\"magic\"}}",
                "{\"outcome\":\"INDEXED\",\"pipeline\":\"p\"}"
            })
    void refusesWhatIsNoCompletion(String value) {
        assertThatThrownBy(() -> CompletionCodec.decode(value.getBytes(StandardCharsets.UTF_8), new RecordHeaders()))
                .isInstanceOf(CompletionFormatException.class);
    }

    @Test
    void refusesARecordWithoutAValue() {
        assertThatThrownBy(() -> CompletionCodec.decode(null, new RecordHeaders()))
                .isInstanceOf(CompletionFormatException.class)
                .hasMessageContaining("without a value");
    }
}
