package dev.streambed.index;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One chunk in a store; fields as in CONTRACT.md.
 *
 * @param id {@code <document id>#<chunk>}
 * @param chunk from 0
 * @param text the chunk's
 * @param vector normalised; not copied, do not modify
 */
@SuppressWarnings("ArrayRecordComponent") // one owner at a time; compared by content in tests only
public record Row(
        String id,
        String documentId,
        int chunk,
        long version,
        @Nullable String title,
        String text,
        Map<String, @Nullable Object> metadata,
        float[] vector) {
    /** The deterministic id of a chunk. */
    public static String idOf(String documentId, int chunk) {
        return documentId + "#" + chunk;
    }
}
