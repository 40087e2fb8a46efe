package dev.streambed.embed.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchWatchTest {
    private final AtomicLong now = new AtomicLong();
    private final BatchWatch watch = new BatchWatch(Duration.ofMinutes(2), now::get);

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void saysNothingOfABatchWithinItsTime() {
        var unused = watch.began(2, 17);
        passes(120);
        assertThat(watch.overdueReason()).isNull();
        assertThat(watch.oldestSeconds()).isEqualTo(120);
    }

    @Test
    void saysWhichBatchDoesNotReturnAndWhatToDo() {
        BatchWatch.Call hangs = watch.began(2, 17);
        passes(60);
        BatchWatch.Call other = watch.began(1, 3);
        passes(70);
        assertThat(watch.overdueReason())
                .contains("2 x 17 tokens", "130 s", "embed.batch-timeout (120 s)", "restart the process");
        // one that returns late is no reason for a restart any more
        watch.ended(hangs);
        assertThat(watch.overdueReason()).isNull();
        assertThat(watch.oldestSeconds()).isEqualTo(70);
        watch.ended(other);
        assertThat(watch.oldestSeconds()).isZero();
    }

    private void passes(long seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }
}
