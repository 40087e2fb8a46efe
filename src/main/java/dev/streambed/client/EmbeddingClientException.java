package dev.streambed.client;

import org.jspecify.annotations.Nullable;

/** A submission that has no outcome, or a client that cannot work; the message says what and what to do. */
public class EmbeddingClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EmbeddingClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
