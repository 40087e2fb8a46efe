package dev.streambed.log;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One record of {@code embeddings.<pipeline>}, the compacted log of record. */
public sealed interface LogEntry {
    /** The document. */
    String documentId();

    /** The version of the event. */
    long version();

    /** Which event made it. */
    Provenance provenance();

    /**
     * A whole document with its vectors: key the id, value CBOR.
     *
     * @param largestChunkCount the most chunks any version of it has had, so that stale rows can be deleted by id
     */
    record Upsert(
            String documentId,
            long version,
            @Nullable String title,
            String text,
            Map<String, @Nullable Object> metadata,
            List<EmbeddedChunk> chunks,
            int largestChunkCount,
            Provenance provenance)
            implements LogEntry {}

    /** A deletion: key the id, value null, the rest in headers. */
    record Tombstone(String documentId, long version, int largestChunkCount, Provenance provenance)
            implements LogEntry {}

    /**
     * A mark: the event changed nothing. Key {@code <id>\0same}, value null, the rest in headers.
     *
     * @param contentVersion the version whose rows are in the store
     * @param chunks how many rows it has
     */
    record Unchanged(String documentId, long version, long contentVersion, int chunks, Provenance provenance)
            implements LogEntry {}
}
