package dev.streambed.embed.batch;

/** Who goes first, in this order; see {@link JobQueue} for how the others are kept from starving. */
public enum Priority {
    /** A search waits. */
    QUERY,
    /** A producer waits. */
    INTERACTIVE,
    /** Nobody waits. */
    BULK
}
