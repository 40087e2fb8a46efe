package dev.streambed.completion;

import org.jspecify.annotations.Nullable;

/** A record of {@code completions} that cannot be read as one. */
public final class CompletionFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CompletionFormatException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
