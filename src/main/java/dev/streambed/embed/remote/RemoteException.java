package dev.streambed.embed.remote;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that gave no vectors, sorted once, where it is thrown. Its message has neither text of a document nor the token in it. */
final class RemoteException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What to do about it. */
    enum Kind {
        /** Too much at once: hold as long as it asks, with fewer calls afterwards. No failure. */
        THROTTLED(false),
        /** Nobody there, or not able at present: try again for ever. */
        UNAVAILABLE(false),
        /** Configuration: hold, say it aloud, try again slowly; never fail a document for it. */
        STOPPED(false),
        /** A failure that may be the service's or a text's: 5xx, the deadline, a connection that broke. */
        FAILED(true),
        /** Refused, or answered with something else than vectors: most likely one of the texts. */
        REFUSED(true),
        /** This process ends. */
        CLOSED(false);

        private final boolean suspicious;

        Kind(boolean suspicious) {
            this.suspicious = suspicious;
        }

        /** Whether one of the texts may be to blame. */
        boolean suspicious() {
            return suspicious;
        }
    }

    private final Kind kind;
    private final transient @Nullable Duration retryAfter;
    private final boolean tooSlow;

    private RemoteException(
            Kind kind, String message, @Nullable Throwable cause, @Nullable Duration retryAfter, boolean tooSlow) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
        this.tooSlow = tooSlow;
    }

    RemoteException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, null, false);
    }

    RemoteException(Kind kind, String message) {
        this(kind, message, null);
    }

    /** Where the service does not say how long, {@code retryAfter} is null. */
    static RemoteException throttled(String message, @Nullable Duration retryAfter) {
        return new RemoteException(Kind.THROTTLED, message, null, retryAfter, false);
    }

    static RemoteException tooSlow(String message) {
        return new RemoteException(Kind.FAILED, message, null, null, true);
    }

    Kind kind() {
        return kind;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }

    /** Whether the deadline passed: a service that is asked for less may be in time. */
    boolean tooSlow() {
        return tooSlow;
    }
}
