package dev.streambed.embed.chunk;

import dev.streambed.completion.Reason;

/** A text breaks a limit of the pipeline; the producer can mend it. */
public final class InputRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Reason reason;

    public InputRefusedException(Reason reason) {
        super(reason.message());
        this.reason = reason;
    }

    /** What to answer. */
    public Reason reason() {
        return reason;
    }
}
