package dev.streambed.cli.bench;

/** What {@code bench load} measures; in the order in which it does. */
public enum LoadPart {
    /** The latency of one document where a tenth of what the machine can do is asked of it. */
    LOAD10,
    /** The latency of interactive documents beside a bulk backlog. */
    BACKLOG,
    /** The latency of short documents beside one of thousands of chunks. */
    LARGE,
    /** The rate of short documents, by how many there are. */
    SCALE
}
