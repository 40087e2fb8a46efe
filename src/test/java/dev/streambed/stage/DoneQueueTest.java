package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DoneQueueTest {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long LONG = DoneQueue.LONG_POLLS * POLL.toNanos();

    private long now = 17 - LONG;
    private final DoneQueue<String> queue = new DoneQueue<>(POLL, () -> now);

    private long sinceLongAgo() {
        return now - LONG;
    }

    private long sinceNotSoLong() {
        return now - LONG + 1;
    }

    @Test
    void letsTheResultOfAFreshEventLeaveAtOnce() {
        queue.expect(3);

        assertThat(queue.add("a", sinceNotSoLong())).isTrue();
        assertThat(queue.isUrgent()).isTrue();
        assertThat(queue.take()).containsExactly("a");
        assertThat(queue.isUrgent()).isFalse();
    }

    @Test
    void letsTheResultsOfOldEventsWaitForEachOther() {
        queue.expect(3);

        assertThat(queue.add("a", sinceLongAgo())).isFalse();
        assertThat(queue.add("b", sinceLongAgo())).isFalse();
        assertThat(queue.isUrgent()).isFalse();
        assertThat(queue.take()).containsExactly("a", "b");
    }

    @Test
    void doesNotLetTheLastOneWait() {
        queue.expect(2);

        assertThat(queue.add("a", sinceLongAgo())).isFalse();
        assertThat(queue.add("b", sinceLongAgo())).isTrue();
        assertThat(queue.isUrgent()).isTrue();
    }

    @Test
    void countsWhatWasTakenAndAnsweredNoMore() {
        queue.expect(3);
        assertThat(queue.add("a", sinceLongAgo())).isFalse();
        assertThat(queue.take()).hasSize(1);
        queue.expect(-1);

        assertThat(queue.add("b", sinceLongAgo())).isFalse();
        assertThat(queue.add("c", sinceLongAgo())).isTrue();
    }

    @Test
    void doesNotLetOneWaitForWhatWillNotComeAnyMore() {
        queue.expect(2);
        assertThat(queue.add("a", sinceLongAgo())).isFalse();
        assertThat(queue.take()).hasSize(1);
        assertThat(queue.add("b", sinceLongAgo())).isFalse();
        assertThat(queue.isUrgent()).isFalse();

        queue.expect(-1);

        assertThat(queue.isUrgent()).isTrue();
    }

    @Test
    void forgetsEverythingWhenCleared() {
        queue.expect(5);
        assertThat(queue.add("a", now)).isTrue();

        queue.clear();

        assertThat(queue.isUrgent()).isFalse();
        assertThat(queue.take()).isEmpty();
        queue.expect(2);
        assertThat(queue.add("b", sinceLongAgo())).isFalse();
    }
}
