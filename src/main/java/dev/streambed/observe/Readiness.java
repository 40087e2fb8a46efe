package dev.streambed.observe;

import org.jspecify.annotations.Nullable;

/** Whether the service does its work. Called from any thread. */
@FunctionalInterface
public interface Readiness {
    /** Why not, for people, or null where it does. */
    @Nullable
    String notReadyReason();
}
