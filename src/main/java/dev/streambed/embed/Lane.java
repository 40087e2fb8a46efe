package dev.streambed.embed;

/** One of the two input topics. */
public enum Lane {
    /** {@code documents}: somebody waits. */
    INTERACTIVE,
    /** {@code documents.bulk}: nobody waits; aged, so that it never starves. */
    BULK
}
