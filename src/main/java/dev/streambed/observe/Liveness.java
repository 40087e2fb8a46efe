package dev.streambed.observe;

import org.jspecify.annotations.Nullable;

/** Whether a restart is the only help; an orchestrator that asks should then do it. Called from any thread. */
@FunctionalInterface
public interface Liveness {
    /** Why, for people, or null where it is not so. */
    @Nullable
    String notLiveReason();
}
