package dev.streambed.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.nio.CharBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a change's JSON object, strictly: UTF-8, one object and nothing behind it, no key twice, every field of its type. Messages
 * name a place, never the content; so Jackson's own messages, which quote it, are not used. Thread-safe.
 */
final class JsonBodyReader {
    private final JsonFactory factory;
    private final JsonValueReader values;
    private final DocumentLimits limits;

    JsonBodyReader(DocumentLimits limits) {
        this.limits = limits;
        this.values = new JsonValueReader(limits.maxDepth());
        this.factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.maxDepth() + 1)
                        .maxNumberLength(limits.maxNumberLength())
                        .maxStringLength(limits.maxDocumentBytes())
                        .maxNameLength(limits.maxDocumentBytes())
                        .build())
                // Field names are the producers': a shared table of them would grow, and fails hard on crafted
                // collisions.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
    }

    JsonBody read(byte[] value) throws InvalidInput {
        // Parsed as chars: from bytes Jackson would guess UTF-16 and UTF-32 and let overlong forms through.
        CharBuffer chars = Texts.decodeUtf8(value, "the value");
        try (JsonParser parser = factory.createParser(chars.array(), 0, chars.limit())) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw InvalidInput.malformed("the value is " + JsonValueReader.nameOf(first)
                        + ", not a JSON object; to delete a document send a null value");
            }
            JsonBody body = readObject(parser);
            if (parser.nextToken() != null) {
                throw InvalidInput.malformed(
                        "something follows the JSON object at " + where(parser) + "; send one object a record");
            }
            return body;
        } catch (StreamConstraintsException e) {
            throw InvalidInput.malformed("the value has a number longer than " + limits.maxNumberLength()
                    + " characters; send it as a string");
        } catch (IOException e) {
            throw InvalidInput.malformed(
                    "the value is not valid JSON at " + where(e) + "; check its quoting and its end");
        }
    }

    private JsonBody readObject(JsonParser parser) throws IOException, InvalidInput {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        Map<String, @Nullable Object> unknown = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = values.fieldName(parser);
            if (fields.containsKey(name) || unknown.containsKey(name)) {
                throw JsonValueReader.duplicate(parser);
            }
            JsonToken token = parser.nextToken();
            switch (name) {
                case "id", "type", "text", "title" -> {
                    requireType(parser, token, JsonToken.VALUE_STRING, "a string");
                    fields.put(name, values.read(parser, 1));
                }
                case "version" -> {
                    requireType(parser, token, JsonToken.VALUE_NUMBER_INT, "an integer, 0..2^63-1");
                    Object version = values.read(parser, 1);
                    if (version != null && !(version instanceof Long number && number >= 0)) {
                        throw InvalidInput.malformed("field \"version\" must be an integer, 0..2^63-1");
                    }
                    fields.put(name, version);
                }
                case "metadata" -> {
                    requireType(parser, token, JsonToken.START_OBJECT, "an object");
                    fields.put(name, values.read(parser, 1));
                }
                case "specversion" ->
                    throw Format.unknown("the value is a CloudEvent in structured mode (field \"specversion\");"
                            + " send it in binary mode or as plain JSON");
                default -> unknown.put(name, values.read(parser, 1));
            }
        }
        if (fields.get("metadata") instanceof Map<?, ?> explicit) {
            explicit.forEach((key, entry) -> unknown.put((String) key, entry));
        }
        return new JsonBody(
                (String) fields.get("id"),
                (String) fields.get("type"),
                (Long) fields.get("version"),
                (String) fields.get("text"),
                (String) fields.get("title"),
                unknown);
    }

    /** A null is the same as an absent field. */
    private static void requireType(JsonParser parser, JsonToken token, JsonToken expected, String name)
            throws IOException, InvalidInput {
        if (token != expected && token != JsonToken.VALUE_NULL) {
            throw InvalidInput.malformed("field " + Texts.quote(parser.currentName()) + " is "
                    + JsonValueReader.nameOf(token) + "; it must be " + name);
        }
    }

    private static String where(JsonParser parser) {
        return where(parser.currentTokenLocation());
    }

    private static String where(IOException e) {
        // Nothing is read from anywhere, so an IOException without a place is not known to happen.
        return e instanceof JsonProcessingException json && json.getLocation() != null
                ? where(json.getLocation())
                : "an unknown place";
    }

    private static String where(JsonLocation at) {
        return "line " + at.getLineNr() + ", column " + at.getColumnNr();
    }
}
