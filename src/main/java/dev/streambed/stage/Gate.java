package dev.streambed.stage;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * The bound of one stream thread: bytes in flight, a lane (input topic) at a time. A lane at its limit is not polled until it falls
 * below; the other lanes go on. So the most in flight is the limit, what one poll returned beyond it, and what was restored.
 * Counted by the stream thread; read from any.
 */
final class Gate {
    /** Counted for each event beside its bytes: the objects that hold it. */
    static final int OVERHEAD_BYTES = 512;

    private final Map<String, Long> limits;
    private final BooleanSupplier shut;
    private final Map<String, AtomicLong> allThreads;
    private final Map<String, AtomicLong> inFlight = new ConcurrentHashMap<>();

    /**
     * @param limits bytes a lane, by topic; a topic without one is unbounded
     * @param shut whether nothing at all may be taken in, asked before each poll
     * @param allThreads the sums over all gates of an application, by topic
     */
    Gate(Map<String, Long> limits, BooleanSupplier shut, Map<String, AtomicLong> allThreads) {
        this.limits = Map.copyOf(limits);
        this.shut = shut;
        this.allThreads = allThreads;
    }

    void enter(String topic, long bytes) {
        add(topic, bytes + OVERHEAD_BYTES);
    }

    void leave(String topic, long bytes) {
        add(topic, -bytes - OVERHEAD_BYTES);
    }

    private void add(String topic, long bytes) {
        lane(topic).addAndGet(bytes);
        allThreads.computeIfAbsent(topic, unused -> new AtomicLong()).addAndGet(bytes);
    }

    /** Bytes of a lane now in flight. */
    long inFlight(String topic) {
        return lane(topic).get();
    }

    /** Whether nothing at all may be taken in. */
    boolean isShut() {
        return shut.getAsBoolean();
    }

    /** The partitions not to be polled now. */
    Set<TopicPartition> closedTo(Set<TopicPartition> assigned) {
        boolean all = isShut();
        return assigned.stream()
                .filter(partition -> all || isSaturated(partition.topic()))
                .collect(Collectors.toSet());
    }

    /** Whether some lane is not to be polled for its bytes in flight. Any thread. */
    boolean isAnyLaneFull() {
        return limits.keySet().stream().anyMatch(this::isSaturated);
    }

    private boolean isSaturated(String topic) {
        return lane(topic).get() >= limits.getOrDefault(topic, Long.MAX_VALUE);
    }

    private AtomicLong lane(String topic) {
        return inFlight.computeIfAbsent(topic, unused -> new AtomicLong());
    }
}
