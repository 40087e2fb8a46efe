package dev.streambed.document;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A decoded, checked change with its envelope.
 *
 * @param context what is passed through to the completion
 * @param change the change
 * @param expiry {@code ce_expirytime}: not worth embedding after it; null for never, and always null for a deletion
 */
public record DocumentEvent(
        EventContext context,
        DocumentChange change,
        @Nullable Instant expiry) {}
