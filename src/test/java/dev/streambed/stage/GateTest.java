package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final TopicPartition BULK = new TopicPartition("bulk", 0);
    private static final TopicPartition INTERACTIVE = new TopicPartition("interactive", 0);
    private static final Set<TopicPartition> ASSIGNED = Set.of(BULK, INTERACTIVE);
    private static final long LIMIT = 10_000;

    private boolean shut;
    private final Map<String, AtomicLong> allThreads = new ConcurrentHashMap<>();
    private final Gate gate = new Gate(Map.of("bulk", LIMIT, "interactive", LIMIT), () -> shut, allThreads);

    @Test
    void closesALaneAtItsLimitAndNoOther() {
        gate.enter("bulk", LIMIT - 2 * Gate.OVERHEAD_BYTES - 1);
        assertThat(gate.closedTo(ASSIGNED)).isEmpty();
        assertThat(gate.isAnyLaneFull()).isFalse();

        gate.enter("bulk", 1);

        assertThat(gate.isAnyLaneFull()).isTrue();
        assertThat(gate.inFlight("bulk")).isEqualTo(LIMIT);
        assertThat(gate.closedTo(ASSIGNED)).containsExactly(BULK);
    }

    @Test
    void addsUpWhatAllThreadsHold() {
        Gate other = new Gate(Map.of("bulk", LIMIT), () -> false, allThreads);
        gate.enter("bulk", 100);
        other.enter("bulk", 20);
        gate.leave("bulk", 100);

        assertThat(allThreads.get("bulk")).hasValue(20 + Gate.OVERHEAD_BYTES);
        assertThat(gate.inFlight("bulk")).isZero();
    }

    @Test
    void opensAgainBelowTheLimit() {
        gate.enter("bulk", LIMIT);
        assertThat(gate.closedTo(ASSIGNED)).containsExactly(BULK);

        gate.leave("bulk", LIMIT);

        assertThat(gate.inFlight("bulk")).isZero();
        assertThat(gate.closedTo(ASSIGNED)).isEmpty();
    }

    @Test
    void countsEventsWithoutBytesToo() {
        for (int i = 0; i < 20; i++) {
            gate.enter("bulk", 0);
        }

        assertThat(gate.closedTo(ASSIGNED)).containsExactly(BULK);
    }

    @Test
    void closesEverythingWhenShut() {
        shut = true;

        assertThat(gate.closedTo(ASSIGNED)).isEqualTo(ASSIGNED);
    }

    @Test
    void aTopicWithoutALimitIsNeverClosed() {
        gate.enter("other", Long.MAX_VALUE / 2);

        assertThat(gate.closedTo(Set.of(new TopicPartition("other", 0)))).isEmpty();
    }
}
