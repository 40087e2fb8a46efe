package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class QuarantineTest {
    private static final TopicPartition BULK = new TopicPartition("bulk", 0);
    private static final TopicPartition INTERACTIVE = new TopicPartition("interactive", 0);

    private final Quarantine quarantine = new Quarantine();
    private final Map<TopicPartition, Long> processed = new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<TopicPartition, Long> returned = new HashMap<>();

    private final Quarantine.Progress progress = new Quarantine.Progress() {
        @Override
        public long position(TopicPartition partition) {
            return positions.getOrDefault(partition, 0L);
        }

        @Override
        public long lastReturned(TopicPartition partition) {
            return returned.getOrDefault(partition, -1L);
        }
    };

    private boolean holds(EventRef ref) {
        return quarantine.holds(ref, processed, progress);
    }

    private static EventRef bulk(long offset) {
        return new EventRef("bulk", 0, offset);
    }

    @Test
    void holdsUntilEachInputHasPassedItsEnd() {
        quarantine.begin(Map.of(BULK, 10L, INTERACTIVE, 3L));
        assertThat(holds(bulk(9))).isTrue();

        processed.put(BULK, 9L);
        assertThat(holds(bulk(9))).isTrue();

        processed.put(INTERACTIVE, 2L);
        assertThat(holds(bulk(9))).isFalse();
    }

    @Test
    void doesNotHoldWhereNothingWasThereBefore() {
        quarantine.begin(Map.of(BULK, 0L, INTERACTIVE, 0L));
        quarantine.entered(bulk(0));

        assertThat(holds(bulk(0))).isFalse();
        assertThat(holds(bulk(1))).as("whatever else is not answered yet").isFalse();
    }

    @Test
    void doesNotHoldWhereNothingIsLeftToRead() {
        quarantine.begin(Map.of(BULK, 10L));
        positions.put(BULK, 10L);

        assertThat(holds(bulk(10))).isFalse();
    }

    @Test
    void holdsWhileWhatWasHandedOverIsNotProcessed() {
        quarantine.begin(Map.of(BULK, 10L));
        positions.put(BULK, 10L);
        returned.put(BULK, 8L);
        processed.put(BULK, 7L);
        assertThat(holds(bulk(7))).isTrue();

        // The record at the end, 9, is a control record: it is never handed over.
        processed.put(BULK, 8L);
        assertThat(holds(bulk(8))).isFalse();
    }

    @Test
    void holdsUntilWhatWasRestoredIsAnswered() {
        quarantine.begin(Map.of(BULK, 10L));
        quarantine.entered(bulk(3));
        quarantine.entered(bulk(4));
        positions.put(BULK, 10L);
        assertThat(holds(bulk(4))).isTrue();

        quarantine.answered(bulk(3));

        assertThat(holds(bulk(4))).isFalse();
    }

    @Test
    void holdsForANewEventWhileARestoredOneIsUnanswered() {
        quarantine.begin(Map.of(BULK, 10L));
        quarantine.entered(bulk(3));
        positions.put(BULK, 10L);

        assertThat(holds(bulk(10))).isTrue();
    }

    @Test
    void whatArrivesAfterItsEndDoesNotProlongIt() {
        quarantine.begin(Map.of(BULK, 10L));
        positions.put(BULK, 10L);
        assertThat(holds(bulk(10))).isFalse();

        quarantine.entered(bulk(11));

        assertThat(holds(bulk(12))).isFalse();
    }

    @Test
    void beginsAnew() {
        quarantine.begin(Map.of(BULK, 0L));
        assertThat(holds(bulk(0))).isFalse();

        quarantine.begin(Map.of(BULK, 5L));

        assertThat(holds(bulk(0))).isTrue();
    }
}
