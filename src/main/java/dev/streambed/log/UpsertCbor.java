package dev.streambed.log;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORGenerator;
import dev.streambed.document.JsonValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of an upsert, CBOR: a map of {@code format} (1), {@code version}, {@code title}, {@code text}, {@code metadata},
 * {@code largestChunkCount} and {@code chunks}, an array of {@code [start, end, vector]}. A vector is a byte string of little-endian
 * float32, tagged 85 as RFC 8746 has it: a quarter of the size of numbers, and read without parsing.
 */
final class UpsertCbor {
    /** RFC 8746: IEEE 754 binary32, little endian, typed array. */
    private static final int FLOAT32_LITTLE_ENDIAN = 85;

    /** Twice what the document decoder lets in, and the map around it. */
    private static final int MAX_DEPTH = 128;

    /** Characters of a number: more than the decoder's 128. */
    private static final int MAX_NUMBER_LENGTH = 256;

    private static final CBORFactory FACTORY = CBORFactory.builder()
            .disable(CBORFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(CBORFactory.Feature.INTERN_FIELD_NAMES)
            // What is in the log was within the limits when it was written, and a string is bounded by its record. Not
            // so the stack that a
            // nesting takes, nor the time that a number takes: whoever may write to the log may write anything.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private UpsertCbor() {}

    static byte[] write(LogEntry.Upsert upsert) {
        int vectorBytes = upsert.chunks().isEmpty() ? 0 : upsert.chunks().get(0).vector().length * Float.BYTES;
        ByteArrayOutputStream out = new ByteArrayOutputStream(
                upsert.text().length() + upsert.chunks().size() * (vectorBytes + 16) + 256);
        try (CBORGenerator generator = FACTORY.createGenerator(out)) {
            generator.writeStartObject(7);
            generator.writeNumberField("format", LogHeaders.FORMAT_VERSION);
            generator.writeNumberField("version", upsert.version());
            generator.writeStringField("title", upsert.title());
            generator.writeStringField("text", upsert.text());
            generator.writeFieldName("metadata");
            JsonValues.write(generator, upsert.metadata());
            generator.writeNumberField("largestChunkCount", upsert.largestChunkCount());
            generator.writeFieldName("chunks");
            generator.writeStartArray(upsert.chunks(), upsert.chunks().size());
            for (EmbeddedChunk chunk : upsert.chunks()) {
                generator.writeStartArray(chunk, 3);
                generator.writeNumber(chunk.start());
                generator.writeNumber(chunk.end());
                generator.writeTag(FLOAT32_LITTLE_ENDIAN);
                generator.writeBinary(bytesOf(chunk.vector()));
                generator.writeEndArray();
            }
            generator.writeEndArray();
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Unknown fields are ignored. */
    static LogEntry.Upsert read(String documentId, byte[] value, Provenance provenance) {
        try (JsonParser parser = FACTORY.createParser(value)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, "a map");
            return readMap(parser, documentId, provenance);
        } catch (IOException e) {
            throw new LogFormatException("the value of a record of the log is no CBOR as an upsert has it", e);
        }
    }

    private static LogEntry.Upsert readMap(JsonParser parser, String documentId, Provenance provenance)
            throws IOException {
        boolean formatRead = false;
        Long version = null;
        String title = null;
        String text = null;
        Map<String, @Nullable Object> metadata = Map.of();
        int largestChunkCount = 0;
        List<EmbeddedChunk> chunks = null;
        while (nextField(parser)) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            switch (name) {
                case "format" -> {
                    LogHeaders.requireFormat(parser.getLongValue());
                    formatRead = true;
                }
                case "version" -> version = parser.getLongValue();
                case "title" -> title = token == JsonToken.VALUE_NULL ? null : text(parser);
                case "text" -> text = text(parser);
                case "metadata" -> metadata = readObject(parser);
                case "largestChunkCount" -> largestChunkCount = parser.getIntValue();
                case "chunks" -> chunks = readChunks(parser);
                default -> parser.skipChildren();
            }
        }
        require(formatRead, "format");
        if (version == null || text == null || chunks == null) {
            throw new LogFormatException("a record of the log has no version, text or chunks");
        }
        return new LogEntry.Upsert(documentId, version, title, text, metadata, chunks, largestChunkCount, provenance);
    }

    private static List<EmbeddedChunk> readChunks(JsonParser parser) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, "an array of chunks");
        List<EmbeddedChunk> chunks = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(parser.currentToken() == JsonToken.START_ARRAY, "a chunk");
            int start = parser.nextIntValue(-1);
            int end = parser.nextIntValue(-1);
            require(parser.nextToken() == JsonToken.VALUE_EMBEDDED_OBJECT, "a vector");
            chunks.add(new EmbeddedChunk(start, end, floatsOf(parser.getBinaryValue())));
            require(parser.nextToken() == JsonToken.END_ARRAY, "the end of a chunk");
        }
        return Collections.unmodifiableList(chunks);
    }

    private static Map<String, @Nullable Object> readObject(JsonParser parser) throws IOException {
        require(parser.currentToken() == JsonToken.START_OBJECT, "a map of metadata");
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (nextField(parser)) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, readValue(parser));
        }
        return Collections.unmodifiableMap(object);
    }

    private static @Nullable Object readValue(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        require(token != null, "a value");
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT ->
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? (Object) parser.getBigIntegerValue()
                        : (Object) parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> {
                List<@Nullable Object> array = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(readValue(parser));
                }
                yield Collections.unmodifiableList(array);
            }
            default ->
                throw new LogFormatException("the metadata of a record of the log has a kind of value unknown here");
        };
    }

    private static byte[] bytesOf(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    private static float[] floatsOf(byte[] bytes) {
        require(bytes.length % Float.BYTES == 0, "a vector of whole float32");
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        return vector;
    }

    /** Unlike a JSON parser, that of CBOR gives no error of its own for a map that ends too early or has a key that is no text. */
    private static boolean nextField(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        require(token == JsonToken.FIELD_NAME || token == JsonToken.END_OBJECT, "a field or the end of a map");
        return token == JsonToken.FIELD_NAME;
    }

    private static String text(JsonParser parser) throws IOException {
        require(parser.currentToken() == JsonToken.VALUE_STRING, "a text");
        return parser.getText();
    }

    private static void require(boolean found, String what) {
        if (!found) {
            throw new LogFormatException("a record of the log lacks " + what + " where it must be");
        }
    }
}
