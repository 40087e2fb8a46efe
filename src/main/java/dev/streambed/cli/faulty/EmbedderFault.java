package dev.streambed.cli.faulty;

/** What an embedder can do wrong. */
public enum EmbedderFault {
    /** Nothing. */
    NONE,
    /** A vector of the batch is not finite. */
    NOT_FINITE,
    /** The model throws. */
    EXCEPTION,
    /** The device has no memory for more than one sequence at a time. */
    OUT_OF_MEMORY,
    /** The call does not return until the fault is over. */
    HANG
}
