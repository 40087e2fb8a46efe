package dev.streambed.log;

import org.jspecify.annotations.Nullable;

/** A record of the log that this version cannot read: of a newer format, damaged, or not of the log at all. */
public final class LogFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    LogFormatException(String message) {
        this(message, null);
    }
}
