package dev.streambed.cli.config;

import io.airlift.units.DataSize;

/**
 * What one document may be.
 *
 * @param maxDocumentBytes of the event's value, 1 kB..2 MB
 * @param maxChunks windows of a document, 1..4,096; the size of the log's records follows from it
 */
public record LimitsSettings(DataSize maxDocumentBytes, int maxChunks) {
    public LimitsSettings {
        Check.range("limits.max-document-bytes", maxDocumentBytes, "1kB", "2MB");
        Check.range("limits.max-chunks", maxChunks, 1, 4096);
    }
}
