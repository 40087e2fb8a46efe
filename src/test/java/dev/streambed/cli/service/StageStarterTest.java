package dev.streambed.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StageStarterTest {
    private final CountDownLatch answered = new CountDownLatch(1);

    @AfterEach
    void letTheAttemptEnd() {
        answered.countDown();
    }

    /** Stands for brokers that do not answer. */
    private StageStarter waiting() {
        return StageStarter.start("embed", () -> {
            awaitAnswer();
            throw new KafkaException("no broker");
        });
    }

    private void awaitAnswer() {
        try {
            answered.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void doesNotWaitForAnAttemptWhereNoTimeIsLeft() {
        StageStarter starter = waiting();

        starter.drain(Duration.ZERO);

        assertThat(starter.notReadyReason()).isEqualTo("embed is starting");
    }

    @Test
    void saysWhatIsAtTheBottomOfIt() throws Exception {
        CountDownLatch second = new CountDownLatch(2);
        StageStarter starter = StageStarter.start("embed", () -> {
            second.countDown();
            throw new KafkaException("the store cannot be opened", new IOException("No space left on device"));
        });

        second.await(); // the first one has been told then

        assertThat(starter.notReadyReason())
                .isEqualTo("embed waits: the store cannot be opened: No space left on device");
        starter.drain(Duration.ZERO);
    }

    @Test
    void triesAgainWhateverRefusedIt() throws Exception {
        CountDownLatch second = new CountDownLatch(2);
        StageStarter starter = StageStarter.start("embed", () -> {
            second.countDown();
            throw new UncheckedIOException("no instance id", new IOException("No space left on device"));
        });

        second.await();

        assertThat(starter.notReadyReason()).isEqualTo("embed waits: no instance id: No space left on device");
        starter.drain(Duration.ZERO);
    }

    @Test
    void doesNotMindATimeThatIsUp() {
        StageStarter starter = waiting();

        starter.drain(Duration.ofSeconds(-3));

        assertThat(starter.notReadyReason()).isEqualTo("embed is starting");
    }
}
