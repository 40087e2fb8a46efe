package dev.streambed.document;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change of one document, valid within the contract's limits.
 *
 * @param id 1..512 bytes of UTF-8 without control characters
 * @param type upsert or delete
 * @param version 0 or more, or null: arrival decides
 * @param text what is embedded; empty for a deletion
 * @param title stored beside the text, or null
 * @param metadata stored beside the text; JSON values only (String, Number, Boolean, null, List, Map); unmodifiable
 */
public record DocumentChange(
        String id,
        ChangeType type,
        @Nullable Long version,
        String text,
        @Nullable String title,
        Map<String, @Nullable Object> metadata) {}
