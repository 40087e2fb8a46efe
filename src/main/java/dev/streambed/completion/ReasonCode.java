package dev.streambed.completion;

import java.util.Locale;

/** Stable codes of {@link Reason}; the wire form is the name in lower case with dashes. */
public enum ReasonCode {
    MALFORMED,
    TOO_LARGE,
    INVALID_ID,
    KEY_MISMATCH,
    UNKNOWN_TYPE,
    UNKNOWN_FORMAT,
    EMPTY_TEXT,
    TOO_MANY_CHUNKS,
    TOO_MANY_TOKENS,
    METADATA_TOO_LARGE,
    VERSION_CONFLICT,
    EXPIRED,
    SUPERSEDED,
    EMBEDDER_FAILED,
    INDEX_REFUSED;

    /** The wire form, e.g. {@code too-many-chunks}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The code of a wire name.
     *
     * @throws IllegalArgumentException if no code has that name
     */
    public static ReasonCode ofWireName(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
