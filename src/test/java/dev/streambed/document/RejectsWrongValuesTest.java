package dev.streambed.document;

import static dev.streambed.completion.ReasonCode.EMPTY_TEXT;
import static dev.streambed.completion.ReasonCode.INVALID_ID;
import static dev.streambed.completion.ReasonCode.MALFORMED;
import static dev.streambed.completion.ReasonCode.METADATA_TOO_LARGE;
import static dev.streambed.completion.ReasonCode.TOO_LARGE;
import static dev.streambed.completion.ReasonCode.UNKNOWN_FORMAT;
import static dev.streambed.completion.ReasonCode.UNKNOWN_TYPE;
import static dev.streambed.document.Records.record;
import static dev.streambed.document.Records.utf8;
import static dev.streambed.document.WrongInput.rejected;
import static dev.streambed.document.WrongInput.wrong;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RejectsWrongValuesTest {
    @TestFactory
    Stream<DynamicTest> rejectsWithAReasonTheProducerCanActOn() {
        return Stream.of(
                        wrong("not JSON", "hello secret", MALFORMED, "not valid JSON at line 1, column"),
                        wrong("cut off", "{\"id\":\"a\",\"text\":\"secret", MALFORMED, "not valid JSON"),
                        wrong("empty value", "", MALFORMED, "send a null value"),
                        wrong("an array", "[1]", MALFORMED, "an array, not a JSON object"),
                        wrong("a string", "\"secret\"", MALFORMED, "a string, not a JSON object"),
                        wrong("null", "null", MALFORMED, "null, not a JSON object"),
                        wrong("two objects", upsert("} {\"id\":\"b\""), MALFORMED, "follows the JSON object"),
                        wrong("rubbish behind", upsert("} secret {"), MALFORMED, "not valid JSON"),
                        wrong("a key twice", upsert(",\"text\":\"u\""), MALFORMED, "\"/text\" is there twice"),
                        wrong("an unknown key twice", upsert(",\"x\":1,\"x\":1"), MALFORMED, "\"/x\" is there twice"),
                        wrong("an inner key twice", upsert(",\"m\":{\"x\":1,\"x\":1}"), MALFORMED, "\"/m/x\""),
                        wrong(
                                "id a number",
                                "{\"id\":5,\"text\":\"t\"}",
                                MALFORMED,
                                "\"id\" is a number; it must be a string"),
                        wrong(
                                "text an object",
                                "{\"id\":\"a\",\"text\":{}}",
                                MALFORMED,
                                "\"text\" is an object; it must be a string"),
                        wrong(
                                "title an array",
                                upsert(",\"title\":[]"),
                                MALFORMED,
                                "\"title\" is an array; it must be a string"),
                        wrong(
                                "type a boolean",
                                upsert(",\"type\":true"),
                                MALFORMED,
                                "\"type\" is a boolean; it must be a string"),
                        wrong(
                                "metadata a string",
                                upsert(",\"metadata\":\"x\""),
                                MALFORMED,
                                "\"metadata\" is a string; it must be an object"),
                        wrong(
                                "version a string",
                                upsert(",\"version\":\"7\""),
                                MALFORMED,
                                "\"version\" is a string; it must be an integer"),
                        wrong("version a fraction", upsert(",\"version\":7.0"), MALFORMED, "it must be an integer"),
                        wrong("version negative", upsert(",\"version\":-1"), MALFORMED, "0..2^63-1"),
                        wrong("version too large", upsert(",\"version\":9223372036854775808"), MALFORMED, "0..2^63-1"),
                        wrong(
                                "a number beyond a double",
                                upsert(",\"x\":1e999"),
                                MALFORMED,
                                "beyond the range of a double"),
                        wrong(
                                "a number of 200 digits",
                                upsert(",\"x\":" + "1".repeat(200)),
                                MALFORMED,
                                "longer than 128 characters"),
                        wrong("NaN", upsert(",\"x\":NaN"), MALFORMED, "not valid JSON"),
                        wrong(
                                "65 levels",
                                upsert(",\"m\":" + "[".repeat(64) + "]".repeat(64)),
                                MALFORMED,
                                "nested deeper than 64 levels"),
                        wrong(
                                "2,000 levels",
                                upsert(",\"m\":" + "[".repeat(2_000) + "]".repeat(2_000)),
                                MALFORMED,
                                "nested deeper than 64 levels"),
                        wrong(
                                "2,000 levels, nothing else",
                                "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000),
                                MALFORMED,
                                "nested deeper"),
                        wrong(
                                "a lone surrogate in the text",
                                "{\"id\":\"a\",\"text\":\"t\\ud800\"}",
                                MALFORMED,
                                "\"/text\" has half of a surrogate pair"),
                        wrong(
                                "a lone surrogate in the id",
                                "{\"id\":\"a\\udc00\",\"text\":\"t\"}",
                                MALFORMED,
                                "\"/id\" has half of a surrogate pair"),
                        wrong(
                                "a lone surrogate in the metadata",
                                upsert(",\"metadata\":{\"k\":[\"\\ud800x\"]}"),
                                MALFORMED,
                                "\"/metadata/k/0\""),
                        wrong(
                                "a lone surrogate in a key",
                                upsert(",\"metadata\":{\"\\ude00\":1}"),
                                MALFORMED,
                                "half of a surrogate pair"),
                        wrong("no id", "{\"text\":\"t\"}", INVALID_ID, "\"id\" is missing"),
                        wrong(
                                "a type unknown",
                                upsert(",\"type\":\"patch\""),
                                UNKNOWN_TYPE,
                                "\"patch\"; it must be \"upsert\" or \"delete\""),
                        wrong("no text", "{\"id\":\"a\"}", EMPTY_TEXT, "\"text\" is missing, empty or blank"),
                        wrong("empty text", "{\"id\":\"a\",\"text\":\"\"}", EMPTY_TEXT, "\"text\""),
                        wrong(
                                "blank text",
                                "{\"id\":\"a\",\"text\":\" \\n\\u00a0\\u200b\\ufeff\"}",
                                EMPTY_TEXT,
                                "blank"),
                        wrong(
                                "a long title",
                                upsert(",\"title\":\"" + "é".repeat(32_768) + "\""),
                                METADATA_TOO_LARGE,
                                "\"title\" has 65536 bytes"),
                        wrong(
                                "much metadata",
                                upsert(",\"metadata\":{\"k\":\"" + "x".repeat(65_536) + "\"}"),
                                METADATA_TOO_LARGE,
                                "has 65544 bytes as JSON, more than 65536"),
                        wrong(
                                "much in unknown fields",
                                upsert(",\"k\":\"" + "x".repeat(65_536) + "\""),
                                METADATA_TOO_LARGE,
                                "unknown top-level fields included"),
                        wrong(
                                "1.5 MB of text",
                                "{\"id\":\"a\",\"text\":\"" + "x".repeat(1_500_000) + "\"}",
                                TOO_LARGE,
                                "limits.max-document-bytes (1048576)"),
                        wrong(
                                "structured mode",
                                "{\"specversion\":\"1.0\",\"id\":\"e\",\"data\":{}}",
                                UNKNOWN_FORMAT,
                                "structured mode"))
                .map(WrongInput::test);
    }

    @Test
    void rejectsBytesThatAreNoUtf8AndSaysWhere() {
        byte[] value = utf8("{\"id\":\"a\",\"text\":\"t?\"}");
        value[19] = (byte) 0xff;

        Decoded.Rejected rejected = rejected(record(utf8("a"), value, new RecordHeaders()));

        assertThat(rejected.reason().code()).isEqualTo(MALFORMED);
        assertThat(rejected.reason().message()).contains("not valid UTF-8 at byte 19");
        assertThat(rejected.documentId()).isEqualTo("a");
    }

    @Test
    void rejectsOverlongFormsEncodedSurrogatesCutCharactersAndUtf16() {
        byte[] overlong = utf8("{\"id\":\"a\",\"text\":\"t??\"}");
        overlong[19] = (byte) 0xc0;
        overlong[20] = (byte) 0x80;
        byte[] surrogate = utf8("{\"id\":\"a\",\"text\":\"t???\"}");
        surrogate[19] = (byte) 0xed;
        surrogate[20] = (byte) 0xa0;
        surrogate[21] = (byte) 0x80;
        byte[] cut = utf8("{\"id\":\"a\",\"text\":\"t\"}?");
        cut[cut.length - 1] = (byte) 0xc3;
        byte[] utf16 = "{\"id\":\"a\",\"text\":\"t\"}".getBytes(StandardCharsets.UTF_16LE);

        for (byte[] value : new byte[][] {overlong, surrogate, cut, utf16}) {
            assertThat(rejected(record(utf8("a"), value, new RecordHeaders()))
                            .reason()
                            .code())
                    .isEqualTo(MALFORMED);
        }
    }

    /** A correct change of document {@code a}, and more fields. */
    private static String upsert(String moreFields) {
        return "{\"id\":\"a\",\"text\":\"t\"" + moreFields + "}";
    }
}
