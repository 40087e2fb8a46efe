package dev.streambed.completion;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A completion as a record of {@code completions}: CloudEvents 1.0 in binary mode, the value JSON with every field of CONTRACT.md, null
 * where there is none. Thread-safe.
 */
public final class CompletionCodec {
    /** Before the outcome in {@code ce_type}. */
    public static final String TYPE_PREFIX = "dev.streambed.document.";

    /** What the topic takes: {@code max.message.bytes}. */
    private static final int MAX_BYTES = 1 << 20;

    /** Ours has 2 levels; a later version's may have more. */
    private static final int MAX_DEPTH = 32;

    private static final int MAX_NUMBER_LENGTH = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            // Whoever may write completions may write anything, and callers read all of it.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(MAX_BYTES)
                    .maxNameLength(MAX_BYTES)
                    .build())
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private CompletionCodec() {}

    /** The record key: the document id, or null where none could be read. */
    public static byte @Nullable [] key(Completion completion) {
        return completion.documentId() == null ? null : completion.documentId().getBytes(StandardCharsets.UTF_8);
    }

    /** The record value. */
    public static byte[] value(Completion completion) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(generator, completion);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** New headers of the record. */
    public static Headers headers(Completion completion) {
        Headers headers = new RecordHeaders();
        EventHeaders.add(headers, EventHeaders.SPEC_VERSION, EventHeaders.SPEC_VERSION_1_0);
        EventHeaders.add(
                headers, EventHeaders.TYPE, TYPE_PREFIX + completion.outcome().inLowerCase());
        EventHeaders.add(headers, EventHeaders.SOURCE, "/streambed/" + completion.pipeline());
        EventHeaders.add(headers, EventHeaders.ID, idOf(completion.eventId(), completion.outcome()));
        EventHeaders.add(headers, EventHeaders.CAUSATION_ID, completion.eventId());
        EventHeaders.add(headers, EventHeaders.CORRELATION_ID, completion.correlationId());
        EventHeaders.add(headers, EventHeaders.TRACEPARENT, completion.traceparent());
        EventHeaders.add(headers, EventHeaders.CONTENT_TYPE, EventHeaders.JSON);
        return headers;
    }

    /**
     * The {@code ce_id}: the same for the same event and outcome, so that an answer repeated after a crash is known as a repeat. A UUID
     * of version 3.
     */
    public static String idOf(String eventId, Outcome outcome) {
        // The outcome first: it has no separator in it, an event id may have any.
        return UUID.nameUUIDFromBytes((outcome.name() + '/' + eventId).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /**
     * Reads a record back. Unknown fields are ignored.
     *
     * @param headers for the correlation id and the trace context
     * @throws CompletionFormatException if the value is no completion, or has an outcome or reason this version does not know
     */
    public static Completion decode(byte @Nullable [] value, Headers headers) {
        if (value == null) {
            throw new CompletionFormatException("a completion without a value", null);
        }
        if (value.length > MAX_BYTES) {
            throw new CompletionFormatException("a completion of " + value.length + " bytes", null);
        }
        try (JsonParser parser = FACTORY.createParser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CompletionFormatException("a completion that is no JSON object", null);
            }
            return read(parser, headers);
        } catch (IOException | IllegalArgumentException e) {
            throw new CompletionFormatException("not a completion this version can read", e);
        }
    }

    private static void write(JsonGenerator generator, Completion completion) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("eventId", completion.eventId());
        generator.writeStringField("documentId", completion.documentId());
        if (completion.version() == null) {
            generator.writeNullField("version");
        } else {
            generator.writeNumberField("version", completion.version());
        }
        generator.writeStringField("outcome", completion.outcome().name());
        Reason reason = completion.reason();
        if (reason == null) {
            generator.writeNullField("reason");
        } else {
            generator.writeObjectFieldStart("reason");
            generator.writeStringField("code", reason.code().wireName());
            generator.writeStringField("message", reason.message());
            generator.writeEndObject();
        }
        generator.writeNumberField("chunks", completion.chunks());
        generator.writeBooleanField("truncated", completion.truncated());
        generator.writeStringField("pipeline", completion.pipeline());
        Timings timings = completion.timings();
        generator.writeObjectFieldStart("timings");
        generator.writeNumberField("queueMillis", timings.queueMillis());
        generator.writeNumberField("tokenizeMillis", timings.tokenizeMillis());
        generator.writeNumberField("embedMillis", timings.embedMillis());
        generator.writeNumberField("indexMillis", timings.indexMillis());
        generator.writeNumberField("totalMillis", timings.totalMillis());
        generator.writeEndObject();
        generator.writeEndObject();
    }

    private static Completion read(JsonParser parser, Headers headers) throws IOException {
        String eventId = null;
        String documentId = null;
        Long version = null;
        Outcome outcome = null;
        Reason reason = null;
        int chunks = 0;
        boolean truncated = false;
        String pipeline = null;
        Timings timings = Timings.NONE;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (name) {
                case "eventId" -> eventId = text(parser);
                case "documentId" -> documentId = text(parser);
                case "version" -> version = parser.getLongValue();
                case "outcome" -> outcome = Outcome.valueOf(text(parser).toUpperCase(Locale.ROOT));
                case "reason" -> reason = readReason(parser);
                case "chunks" -> chunks = parser.getIntValue();
                case "truncated" -> truncated = parser.getBooleanValue();
                case "pipeline" -> pipeline = text(parser);
                case "timings" -> timings = readTimings(parser);
                default -> parser.skipChildren();
            }
        }
        if (eventId == null || outcome == null || pipeline == null) {
            throw new CompletionFormatException("a completion without eventId, outcome or pipeline", null);
        }
        return new Completion(
                eventId,
                documentId,
                version,
                outcome,
                reason,
                chunks,
                truncated,
                pipeline,
                timings,
                EventHeaders.text(headers, EventHeaders.CORRELATION_ID),
                EventHeaders.text(headers, EventHeaders.TRACEPARENT));
    }

    private static Reason readReason(JsonParser parser) throws IOException {
        requireObject(parser);
        String code = null;
        String message = "";
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "code" -> code = text(parser);
                case "message" -> message = text(parser);
                default -> parser.skipChildren();
            }
        }
        if (code == null) {
            throw new CompletionFormatException("a reason without a code", null);
        }
        return new Reason(ReasonCode.ofWireName(code), message);
    }

    private static Timings readTimings(JsonParser parser) throws IOException {
        requireObject(parser);
        long queue = 0;
        long tokenize = 0;
        long embed = 0;
        long index = 0;
        long total = 0;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "queueMillis" -> queue = parser.getLongValue();
                case "tokenizeMillis" -> tokenize = parser.getLongValue();
                case "embedMillis" -> embed = parser.getLongValue();
                case "indexMillis" -> index = parser.getLongValue();
                case "totalMillis" -> total = parser.getLongValue();
                default -> parser.skipChildren();
            }
        }
        return new Timings(queue, tokenize, embed, index, total);
    }

    private static String text(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new CompletionFormatException("field " + parser.currentName() + " is no string", null);
        }
        return parser.getText();
    }

    private static void requireObject(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new CompletionFormatException("field " + parser.currentName() + " is no object", null);
        }
    }
}
