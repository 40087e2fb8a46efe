package dev.streambed.document;

/**
 * What the {@link DocumentDecoder} accepts. Immutable; start from {@link #DEFAULTS}.
 *
 * @param maxDocumentBytes of a record's value; {@code limits.max-document-bytes}; default 1 MiB
 * @param maxMetadataBytes of the metadata as compact JSON; default 64 KiB
 * @param maxTitleBytes of the title in UTF-8; default 65,535, the store's VARCHAR
 * @param maxDepth nested objects and arrays, the outermost included; default 64
 * @param maxNumberLength characters of one JSON number; default 128
 * @param replyPartitions partitions of {@code completions}, so that no answer is sent to one that is not there; default: any number
 */
public record DocumentLimits(
        int maxDocumentBytes,
        int maxMetadataBytes,
        int maxTitleBytes,
        int maxDepth,
        int maxNumberLength,
        int replyPartitions) {
    public static final DocumentLimits DEFAULTS =
            new DocumentLimits(1024 * 1024, 64 * 1024, 65_535, 64, 128, Integer.MAX_VALUE);

    /** @throws IllegalArgumentException if a limit is not positive */
    public DocumentLimits {
        requirePositive(maxDocumentBytes, "maxDocumentBytes");
        requirePositive(maxMetadataBytes, "maxMetadataBytes");
        requirePositive(maxTitleBytes, "maxTitleBytes");
        requirePositive(maxDepth, "maxDepth");
        requirePositive(maxNumberLength, "maxNumberLength");
        requirePositive(replyPartitions, "replyPartitions");
    }

    public DocumentLimits withMaxDocumentBytes(int bytes) {
        return new DocumentLimits(bytes, maxMetadataBytes, maxTitleBytes, maxDepth, maxNumberLength, replyPartitions);
    }

    public DocumentLimits withReplyPartitions(int partitions) {
        return new DocumentLimits(
                maxDocumentBytes, maxMetadataBytes, maxTitleBytes, maxDepth, maxNumberLength, partitions);
    }

    private static void requirePositive(int value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive, but is " + value);
        }
    }
}
