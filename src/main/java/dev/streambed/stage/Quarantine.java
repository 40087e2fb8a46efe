package dev.streambed.stage;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * After a restart a head may lag behind what this stage had sent before: its events are still in the ledger, or are read again. So a
 * head proves nothing unchanged until each input has passed the end it had at the start, and all that was restored or accepted
 * meanwhile has been answered. Owned by the stream thread.
 */
final class Quarantine {
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Set<EventRef> unanswered = new HashSet<>();

    /** How far an input has come. */
    interface Progress {
        /** The next offset the consumer will fetch. */
        long position(TopicPartition partition);

        /** The last offset it has handed over since the start, -1 for none. */
        long lastReturned(TopicPartition partition);
    }

    /** Begins anew. */
    void begin(Map<TopicPartition, Long> endOffsets) {
        ends.clear();
        ends.putAll(endOffsets);
        ends.values().removeIf(end -> end == 0); // what never had a record was passed before it began
        unanswered.clear();
    }

    /** An event was restored, or accepted. */
    void entered(EventRef ref) {
        if (!ends.isEmpty()) {
            unanswered.add(ref);
        }
    }

    /** An event was answered. */
    void answered(EventRef ref) {
        unanswered.remove(ref);
    }

    /**
     * Whether it still holds for this event.
     *
     * @param ref the event asked about, itself not answered yet
     * @param processed the last offset processed of each input since the start
     */
    boolean holds(EventRef ref, Map<TopicPartition, Long> processed, Progress progress) {
        ends.entrySet().removeIf(end -> hasPassed(end.getKey(), end.getValue(), processed, progress));
        boolean onlyItself = unanswered.isEmpty() || (unanswered.size() == 1 && unanswered.contains(ref));
        return !ends.isEmpty() || !onlyItself;
    }

    /**
     * A control record at the end is fetched but never handed over: so the position tells that the end was reached, and the last
     * record handed over must have been processed.
     */
    private static boolean hasPassed(
            TopicPartition partition, long end, Map<TopicPartition, Long> processed, Progress progress) {
        long last = processed.getOrDefault(partition, -1L);
        return last + 1 >= end || (last >= progress.lastReturned(partition) && progress.position(partition) >= end);
    }
}
