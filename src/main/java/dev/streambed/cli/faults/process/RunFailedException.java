package dev.streambed.cli.faults.process;

/** A run did not come to its end: what was promised did not happen in time, or a part of the run could not be had. */
public final class RunFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RunFailedException(String message) {
        super(message);
    }

    public RunFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
