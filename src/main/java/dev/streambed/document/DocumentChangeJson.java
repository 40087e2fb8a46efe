package dev.streambed.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the JSON value of a change as CONTRACT.md has it: what a producer sends. Thread-safe. */
public final class DocumentChangeJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            // Four bytes for what is beyond the basic plane, instead of two escapes of six.
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private DocumentChangeJson() {}

    /** The record value of a change, UTF-8. */
    public static byte[] encode(DocumentChange change) {
        return write(generator -> {
            generator.writeStartObject();
            generator.writeStringField("id", change.id());
            generator.writeStringField("type", change.type().name().toLowerCase(Locale.ROOT));
            if (change.version() != null) {
                generator.writeNumberField("version", change.version());
            }
            if (change.type() == ChangeType.UPSERT) {
                generator.writeStringField("text", change.text());
                if (change.title() != null) {
                    generator.writeStringField("title", change.title());
                }
                if (!change.metadata().isEmpty()) {
                    generator.writeFieldName("metadata");
                    JsonValues.write(generator, change.metadata());
                }
            }
            generator.writeEndObject();
        });
    }

    /** The metadata alone as compact JSON, UTF-8. */
    static byte[] encode(Map<String, @Nullable Object> metadata) {
        return write(generator -> JsonValues.write(generator, metadata));
    }

    private interface Body {
        void writeTo(JsonGenerator generator) throws IOException;
    }

    private static byte[] write(Body body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            body.writeTo(generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
