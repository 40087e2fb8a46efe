package dev.streambed.observe;

import java.io.Serial;

/** A request that is answered with an error: the status and a message that says what to do. */
final class HttpProblem extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int status;

    HttpProblem(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
