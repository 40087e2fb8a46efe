package dev.streambed.index;

/** A store's refusal, sorted once, where it is thrown. */
public final class IndexException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    public enum Kind {
        /** Unavailable, deadline, rate limit, not loaded: back off, shrink, hold, try again for ever. */
        TRANSIENT,
        /** Quota, disk, read-only, schema, authentication: hold, alarm, try again slowly; never dead-letter the stream. */
        STOPPED,
        /** One of these rows is unacceptable: bisect, fail that document alone. */
        POISON
    }

    private final Kind kind;

    public IndexException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public IndexException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What to do about it. */
    public Kind kind() {
        return kind;
    }
}
