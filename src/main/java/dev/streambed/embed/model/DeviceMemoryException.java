package dev.streambed.embed.model;

import org.jspecify.annotations.Nullable;

/** The device had no memory for a batch of this size; a smaller one may succeed. */
public final class DeviceMemoryException extends ModelException {
    private static final long serialVersionUID = 1L;

    public DeviceMemoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
