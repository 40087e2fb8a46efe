package dev.streambed.embed.chunk;

/** What becomes of a text that is longer than one window. */
public enum ChunkMode {
    /** As many overlapping windows as it takes. */
    WINDOW,
    /** The first window; the rest is cut off, and the answer says so. */
    TRUNCATE,
    /** The document is refused. */
    REJECT
}
