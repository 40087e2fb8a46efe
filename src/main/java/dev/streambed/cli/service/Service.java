package dev.streambed.cli.service;

import dev.streambed.index.Hit;
import dev.streambed.observe.HoldCode;
import dev.streambed.observe.StageFigures;
import dev.streambed.observe.drift.DriftSnapshot;
import dev.streambed.observe.lag.Pace;
import dev.streambed.observe.status.Hold;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The running service: both stages or one. Thread-safe. */
public interface Service extends AutoCloseable {
    /** Whether it does its work: every role's streams run, the model is loaded, the store answers. */
    default boolean ready() {
        return notReadyReason() == null;
    }

    /** Why it is not ready, for people, or null where it is. Quick: asked for by every probe. */
    @Nullable
    String notReadyReason();

    /** The same, part by part; empty where it is ready. Quick, too. */
    default List<Hold> holds() {
        String reason = notReadyReason();
        return reason == null ? List.of() : List.of(new Hold("service", HoldCode.NOT_RUNNING.wireName(), reason));
    }

    /** Why it can only be helped by a restart, for people, or null where that is not so. Quick, too. */
    @Nullable
    String notLiveReason();

    /** What is known of the drift of the vectors, or null where nobody watches. Quick. */
    default @Nullable DriftSnapshot drift() {
        return null;
    }

    /**
     * Searches with texts, embedded by the pipeline's model.
     *
     * @param queries at least one
     * @param k documents wanted for each, 1..1,000
     * @return for each query, in order, at most k hits, best first, a document once
     * @throws Exception if the model or the store does not answer
     */
    List<List<Hit>> search(List<String> queries, int k) throws Exception;

    /** The stages of this process, at this moment. Quick. */
    default List<StageFigures> stages() {
        return List.of();
    }

    /** How fast the worker of a role is, as far as it was measured. Quick. */
    default Pace pace(Role role) {
        return Pace.UNKNOWN;
    }

    /** No new intake; what is in flight is finished and sent within {@code shutdown.timeout}; commit; leave the groups. */
    @Override
    void close();
}
