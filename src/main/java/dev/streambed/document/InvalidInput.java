package dev.streambed.document;

import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;

/** A record the producer has to mend. Inside this package only; it becomes {@link Decoded.Rejected}. */
final class InvalidInput extends Exception {
    private static final long serialVersionUID = 1L;

    private final ReasonCode code;

    /** @param message what was wrong, where, and what to do; never document text */
    InvalidInput(ReasonCode code, String message) {
        // No stack trace: it is an answer, not a fault, and there may be thousands a second.
        super(message, null, false, false);
        this.code = code;
    }

    static InvalidInput malformed(String message) {
        return new InvalidInput(ReasonCode.MALFORMED, message);
    }

    Reason reason() {
        return new Reason(code, String.valueOf(getMessage()));
    }
}
