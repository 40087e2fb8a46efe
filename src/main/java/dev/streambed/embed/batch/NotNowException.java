package dev.streambed.embed.batch;

import org.jspecify.annotations.Nullable;

/** The model takes no batch at present, whatever is in it. What it was given waits again, and nothing has failed. */
public final class NotNowException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotNowException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
