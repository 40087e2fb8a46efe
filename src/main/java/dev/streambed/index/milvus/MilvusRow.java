package dev.streambed.index.milvus;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import dev.streambed.index.IndexException;
import dev.streambed.index.IndexException.Kind;
import dev.streambed.index.Row;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@link Row} as the SDK takes it, and the checks that the server would answer with a refusal of the whole call, or not make at all. */
final class MilvusRow {
    private static final Gson GSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
    private static final Gson READER = new GsonBuilder()
            .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
            .create();
    private static final TypeToken<Map<String, @Nullable Object>> METADATA_TYPE = new TypeToken<>() {};

    /** All of a row's. */
    static final List<String> FIELDS = List.of(
            MilvusSchema.ID,
            MilvusSchema.DOCUMENT_ID,
            MilvusSchema.CHUNK,
            MilvusSchema.VERSION,
            MilvusSchema.TITLE,
            MilvusSchema.TEXT,
            MilvusSchema.METADATA,
            MilvusSchema.VECTOR);

    private MilvusRow() {}

    /** From an entity with all {@link #FIELDS}; the empty title is null again. */
    static Row of(Map<String, Object> entity) {
        String title = text(entity, MilvusSchema.TITLE);
        return new Row(
                text(entity, MilvusSchema.ID),
                text(entity, MilvusSchema.DOCUMENT_ID),
                (int) number(entity, MilvusSchema.CHUNK),
                number(entity, MilvusSchema.VERSION),
                title.isEmpty() ? null : title,
                text(entity, MilvusSchema.TEXT),
                metadata(entity),
                vector((List<?>) field(entity, MilvusSchema.VECTOR)));
    }

    private static Map<String, @Nullable Object> metadata(Map<String, Object> entity) {
        return READER.fromJson(String.valueOf(field(entity, MilvusSchema.METADATA)), METADATA_TYPE);
    }

    private static float[] vector(List<?> components) {
        float[] vector = new float[components.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = ((Number) components.get(i)).floatValue();
        }
        return vector;
    }

    private static String text(Map<String, Object> entity, String field) {
        return (String) field(entity, field);
    }

    private static long number(Map<String, Object> entity, String field) {
        return ((Number) field(entity, field)).longValue();
    }

    private static Object field(Map<String, Object> entity, String field) {
        return Objects.requireNonNull(entity.get(field), field);
    }

    /** @throws IndexException POISON: a limit is passed, or the vector is not finite or of another dimension */
    static void check(Row row, int dimension) throws IndexException {
        checkBytes(row, MilvusSchema.ID, row.id(), MilvusSchema.ID_BYTES);
        checkBytes(row, MilvusSchema.DOCUMENT_ID, row.documentId(), MilvusSchema.DOCUMENT_ID_BYTES);
        checkBytes(row, MilvusSchema.TITLE, title(row), MilvusSchema.TEXT_BYTES);
        checkBytes(row, MilvusSchema.TEXT, row.text(), MilvusSchema.TEXT_BYTES);
        if (!row.metadata().isEmpty()) {
            checkBytes(row, MilvusSchema.METADATA, json(row), MilvusSchema.METADATA_BYTES);
        }
        if (row.vector().length != dimension) {
            throw poison(row, "its vector has " + row.vector().length + " dimensions, not " + dimension);
        }
        for (float x : row.vector()) {
            if (!Float.isFinite(x)) {
                throw poison(row, "its vector is not finite");
            }
        }
    }

    /** The row must have been checked. A null title is stored as the empty string: Milvus 2.3 has no null. */
    static JsonObject toJson(Row row) {
        var vector = new JsonArray(row.vector().length);
        for (float x : row.vector()) {
            vector.add(x);
        }
        var json = new JsonObject();
        json.addProperty(MilvusSchema.ID, row.id());
        json.addProperty(MilvusSchema.DOCUMENT_ID, row.documentId());
        json.addProperty(MilvusSchema.CHUNK, row.chunk());
        json.addProperty(MilvusSchema.VERSION, row.version());
        json.addProperty(MilvusSchema.TITLE, title(row));
        json.addProperty(MilvusSchema.TEXT, row.text());
        json.add(MilvusSchema.METADATA, GSON.toJsonTree(row.metadata(), Map.class));
        json.add(MilvusSchema.VECTOR, vector);
        return json;
    }

    private static String title(Row row) {
        String title = row.title();
        return title == null ? "" : title;
    }

    private static @Nullable String json(Row row) throws IndexException {
        try {
            return GSON.toJson(row.metadata(), Map.class);
        } catch (JsonParseException | IllegalArgumentException e) {
            throw new IndexException(
                    Kind.POISON, "row " + row.id() + ": its metadata is no JSON", e); // NaN, for instance
        }
    }

    private static void checkBytes(Row row, String field, @Nullable String value, int limit) throws IndexException {
        // Chars first: a UTF-8 text has as many bytes as chars, or more, up to three times as many.
        if (value != null && value.length() * 3L > limit) {
            int bytes = value.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > limit) {
                throw poison(row, "its " + field + " has " + bytes + " bytes; Milvus takes " + limit);
            }
        }
    }

    private static IndexException poison(Row row, String why) {
        return new IndexException(Kind.POISON, "row " + row.id() + ": " + why);
    }
}
