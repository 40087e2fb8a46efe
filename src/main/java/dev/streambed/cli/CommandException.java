package dev.streambed.cli;

/** A command cannot go on; the message says why and what to do, and is all that is shown. Exit code 1. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommandException(String message) {
        super(message);
    }

    public CommandException(String message, Throwable cause) {
        super(message, cause);
    }
}
