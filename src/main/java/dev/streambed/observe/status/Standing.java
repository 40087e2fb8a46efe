package dev.streambed.observe.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the service is at this moment, as far as meters do not tell.
 *
 * @param live false where a restart is the only help
 * @param holds what waits; empty where the service does its work
 * @param stages those that were started
 * @param driftHeld why the drift of the vectors is not watched at present, for people; null where it is, or is not meant to be
 */
public record Standing(
        boolean live,
        List<Hold> holds,
        List<OfStage> stages,
        @Nullable String driftHeld) {
    /**
     * One stage.
     *
     * @param stage {@code embed} or {@code index}
     * @param holds the codes of why it takes nothing in, {@code gate-full} among them
     * @param oldestSeconds how long the oldest event without an answer has been in flight
     */
    public record OfStage(String stage, List<String> holds, double oldestSeconds) {}

    /** Before there is a service. */
    public static Standing starting() {
        return new Standing(true, List.of(new Hold("service", "starting", "the service is starting")), List.of(), null);
    }
}
