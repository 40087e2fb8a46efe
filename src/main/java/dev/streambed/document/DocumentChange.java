package dev.streambed.document;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change of one document. What the {@link DocumentDecoder} makes is valid within the contract's limits; what a caller makes is
 * checked by the service, and answered {@code REJECTED} where it is not. Immutable.
 *
 * @param id 1..512 bytes of UTF-8 without control characters
 * @param type upsert or delete
 * @param version 0 or more, or null: arrival decides
 * @param text what is embedded; empty for a deletion
 * @param title stored beside the text, or null
 * @param metadata stored beside the text; JSON values only (String, Boolean, Long, BigInteger, Double, null, List, Map), copied,
 *     unmodifiable at every level; other kinds of Number are turned into these
 */
public record DocumentChange(
        String id,
        ChangeType type,
        @Nullable Long version,
        String text,
        @Nullable String title,
        Map<String, @Nullable Object> metadata) {
    /**
     * @throws IllegalArgumentException if the version is negative, the metadata holds something that is no JSON value, or a string
     *     has half of a surrogate pair, which no UTF-8 can carry
     */
    public DocumentChange {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(text, "text");
        if (version != null && version < 0) {
            throw new IllegalArgumentException("version must be 0 or more, but is " + version);
        }
        JsonValues.requireWellFormed(id);
        JsonValues.requireWellFormed(text);
        if (title != null) {
            JsonValues.requireWellFormed(title);
        }
        metadata = JsonValues.copyOf(metadata);
    }

    /** Stores a document, or replaces it; no version (arrival decides), no title, no metadata. */
    public static DocumentChange upsert(String id, String text) {
        return new DocumentChange(id, ChangeType.UPSERT, null, text, null, Map.of());
    }

    /** Deletes a document; no version (arrival decides). */
    public static DocumentChange delete(String id) {
        return new DocumentChange(id, ChangeType.DELETE, null, "", null, Map.of());
    }

    /** The same change with an explicit version: two explicit versions of a document compare as numbers. */
    public DocumentChange withVersion(long newVersion) {
        return new DocumentChange(id, type, newVersion, text, title, metadata);
    }

    /** The same change with a title, at most 65,535 bytes of UTF-8. */
    public DocumentChange withTitle(@Nullable String newTitle) {
        return new DocumentChange(id, type, version, text, newTitle, metadata);
    }

    /** The same change with other metadata, at most 64 KiB as JSON. */
    public DocumentChange withMetadata(Map<String, ? extends @Nullable Object> newMetadata) {
        return new DocumentChange(id, type, version, text, title, JsonValues.copyOf(newMetadata));
    }
}
