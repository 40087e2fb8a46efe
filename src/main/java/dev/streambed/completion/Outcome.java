package dev.streambed.completion;

import java.util.Locale;

/** What became of one document change. Every event ends in one of these, at least once. */
public enum Outcome {
    /** The store acknowledged the rows of this version, or of a newer one. */
    INDEXED,
    /** The store already holds the equal content. */
    UNCHANGED,
    /** The store acknowledged the deletion. */
    DELETED,
    /** A newer change of the same document took its place. */
    SUPERSEDED,
    /** Its {@code expirytime} passed before it was embedded. */
    EXPIRED,
    /** The event is wrong; the reason says what the producer can do. */
    REJECTED,
    /** The pipeline could not do it; the previous version stays. */
    FAILED;

    /** The last part of the completion's {@code ce_type}, e.g. {@code indexed}. */
    public String inLowerCase() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the change took effect, or nothing had to be done: the outcomes a producer wants. */
    public boolean isDone() {
        return this == INDEXED || this == UNCHANGED || this == DELETED || this == SUPERSEDED;
    }
}
