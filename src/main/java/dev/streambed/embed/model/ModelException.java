package dev.streambed.embed.model;

import org.jspecify.annotations.Nullable;

/** The model could not be loaded, or failed on a batch. */
public class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
