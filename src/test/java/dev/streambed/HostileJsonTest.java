package dev.streambed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.CompletionFormatException;
import dev.streambed.completion.ReasonCode;
import dev.streambed.document.Decoded;
import dev.streambed.document.DocumentDecoder;
import dev.streambed.document.DocumentLimits;
import dev.streambed.document.EventContext;
import dev.streambed.log.EmbeddedChunk;
import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.log.LogFormatException;
import dev.streambed.log.Provenance;
import dev.streambed.observe.HttpEndpoint;
import dev.streambed.observe.HttpOptions;
import dev.streambed.observe.Metrics;
import dev.streambed.observe.status.StatusFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What strangers can send to each parser that reads from outside: nesting that would take the stack, numbers that would take minutes, sizes that
 * promise more than they hold. Each is refused for what it is, and none takes the process with it.
 */
class HostileJsonTest {
    private static final int DEEP = 400_000;
    private static final int DIGITS = 900_000;

    private record Hostile(String name, String json) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Hostile> hostile() {
        return Stream.of(
                new Hostile("deep arrays", "[".repeat(DEEP) + "]".repeat(DEEP)),
                new Hostile("deep objects", "{\"a\":".repeat(DEEP / 4) + "1" + "}".repeat(DEEP / 4)),
                new Hostile("deep and unended", "[".repeat(DEEP)),
                new Hostile("an integer without end", "9".repeat(DIGITS)),
                new Hostile("a fraction without end", "0." + "3".repeat(DIGITS)),
                new Hostile("an exponent without end", "1e" + "9".repeat(DIGITS)));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void theDocumentDecoderRejects(Hostile hostile) {
        for (String value :
                List.of(hostile.json, "{\"id\":\"a\",\"text\":\"t\",\"metadata\":{\"x\":" + hostile.json + "}}")) {
            Decoded decoded = new DocumentDecoder(DocumentLimits.DEFAULTS)
                    .decode(new ConsumerRecord<>("documents", 0, 0, bytes("a"), bytes(value)));

            assertThat(decoded)
                    .isInstanceOfSatisfying(
                            Decoded.Rejected.class,
                            rejected -> assertThat(rejected.reason().code()).isEqualTo(ReasonCode.MALFORMED));
        }
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aCallerRefusesTheCompletion(Hostile hostile) {
        for (String value : List.of(
                hostile.json,
                "{\"later\":" + hostile.json + ",\"eventId\":\"e\",\"outcome\":\"INDEXED\",\"pipeline\":\"p\"}",
                "{\"version\":" + hostile.json + ",\"eventId\":\"e\",\"outcome\":\"INDEXED\",\"pipeline\":\"p\"}")) {
            assertThatThrownBy(() -> CompletionCodec.decode(bytes(value), new RecordHeaders()))
                    .isInstanceOf(CompletionFormatException.class);
        }
    }

    @Test
    void aCallerRefusesACompletionThatIsTooLarge() {
        byte[] large = bytes("{\"eventId\":\"" + "e".repeat(1 << 20) + "\"}");

        assertThatThrownBy(() -> CompletionCodec.decode(large, new RecordHeaders()))
                .isInstanceOf(CompletionFormatException.class)
                .hasMessage("a completion of " + large.length + " bytes");
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void theHttpEndpointRefusesTheBody(Hostile hostile) throws Exception {
        try (Metrics metrics = new Metrics();
                HttpEndpoint endpoint = HttpEndpoint.start(
                        HttpOptions.open("127.0.0.1", 0),
                        metrics.registry(),
                        () -> null,
                        () -> null,
                        (queries, k) -> queries.stream()
                                .map(query -> List.<dev.streambed.observe.SearchResponse.Hit>of())
                                .toList(),
                        StatusFixture::starting)) {
            for (String body : List.of(
                    hostile.json,
                    "{\"queries\":[{\"text\":\"x\",\"id\":" + hostile.json + "}]}",
                    "{\"k\":" + hostile.json + ",\"queries\":[{\"text\":\"x\"}]}")) {
                HttpResponse<String> response = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + "/search"))
                                        .POST(BodyPublishers.ofString(body))
                                        .build(),
                                BodyHandlers.ofString());

                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(response.body()).hasSizeLessThan(200);
            }
        }
    }

    @Test
    void theLogRefusesADeepNesting() throws IOException {
        assertRefused(
                upsertWith(generator -> {
                    // As deep as the generator goes.
                    for (int i = 0; i < 900; i++) {
                        generator.writeStartArray();
                    }
                    for (int i = 0; i < 900; i++) {
                        generator.writeEndArray();
                    }
                }),
                true);
    }

    @Test
    void theLogRefusesAHugeNumber() throws IOException {
        assertRefused(upsertWith(generator -> generator.writeNumber(BigInteger.ONE.shiftLeft(8 * DIGITS))), true);
    }

    @Test
    void theLogRefusesSizesThatPromiseMoreThanIsThere() {
        // A map of one field, "text", whose value says that it has 2^31-1 bytes, or 2^62; then nothing.
        byte[] field = {(byte) 0xa1, 0x64, 't', 'e', 'x', 't'};
        byte[][] sizes = {
            {0x7a, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff},
            {0x7b, 0x40, 0, 0, 0, 0, 0, 0, 0},
            {0x5a, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff},
            {(byte) 0x9b, 0x40, 0, 0, 0, 0, 0, 0, 0},
            {(byte) 0xbb, 0x40, 0, 0, 0, 0, 0, 0, 0}
        };
        for (byte[] size : sizes) {
            byte[] value = new byte[field.length + size.length];
            System.arraycopy(field, 0, value, 0, field.length);
            System.arraycopy(size, 0, value, field.length, size.length);
            assertRefused(value, false);
        }
    }

    private interface Content {
        void write(JsonGenerator generator) throws IOException;
    }

    /** What is to be read of it is in its metadata. */
    private static byte[] upsertWith(Content content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = new CBORFactory().createGenerator(out)) {
            generator.writeStartObject();
            generator.writeNumberField("format", 1);
            generator.writeFieldName("metadata");
            generator.writeStartObject();
            generator.writeFieldName("x");
            content.write(generator);
            generator.writeEndObject();
            generator.writeEndObject();
        }
        return out.toByteArray();
    }

    /** @param byALimit or for any reason: a size that promises too much ends before its time */
    private static void assertRefused(byte[] value, boolean byALimit) {
        Provenance provenance =
                new Provenance(new EventContext("e", null, null, null), "documents", 0, 1, 2, 0, 0, 0, false, "f");
        LogEntry.Upsert any = new LogEntry.Upsert(
                "d", 1, null, "t", Map.of(), List.of(new EmbeddedChunk(0, 1, new float[] {1})), 1, provenance);
        Headers headers = LogCodec.headers(any);

        assertThatThrownBy(() -> LogCodec.decode(bytes("d"), value, headers))
                .isInstanceOf(LogFormatException.class)
                .satisfies(e -> assertThat(e.getCause() instanceof StreamConstraintsException)
                        .isEqualTo(byALimit));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
