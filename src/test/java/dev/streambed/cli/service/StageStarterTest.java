package dev.streambed.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.observe.HoldCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
        assertThat(starter.notReadyCode()).isEqualTo(HoldCode.STARTING);
        assertThat(starter.holds()).containsExactly(HoldCode.STARTING);
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

    @Test
    void endsAStageWhoseSurroundingsHaveChangedAndStartsItAgain() throws Exception {
        // given a stage that runs
        FakeStage outdated = new FakeStage();
        FakeStage successor = new FakeStage();
        CountDownLatch again = new CountDownLatch(2);
        StageStarter starter = StageStarter.start("embed", () -> {
            again.countDown();
            if (again.getCount() > 0) {
                return outdated;
            }
            awaitAnswer();
            return successor;
        });

        // when its topic goes away
        outdated.why = "the topic documents is gone";

        // then it has been ended before it is started again, and readiness says why
        assertThat(again.await(30, TimeUnit.SECONDS)).as("started again").isTrue();
        assertThat(outdated.closed).isTrue();
        assertThat(starter.notReadyReason()).isEqualTo("embed starts anew: the topic documents is gone");

        // and it is ready again when the new one runs
        answered.countDown();
        while (starter.notReadyReason() != null) {
            Thread.onSpinWait();
        }
        assertThat(starter.notReadyCode()).isNull();
        starter.drain(Duration.ofSeconds(30));
        assertThat(outdated.drained).as("the old one was drained").isFalse();
        assertThat(successor.drained).as("the new one was drained").isTrue();
    }

    @Test
    void startsAStageAnewThatDidNotEndInOrder() throws Exception {
        FakeStage stubborn = new FakeStage();
        stubborn.closing = new KafkaException("the group cannot be left");
        stubborn.why = "the topic documents is gone";
        CountDownLatch again = new CountDownLatch(2);
        StageStarter starter = StageStarter.start("embed", () -> {
            again.countDown();
            return again.getCount() > 0 ? stubborn : new FakeStage();
        });

        assertThat(again.await(30, TimeUnit.SECONDS)).as("started again").isTrue();
        starter.drain(Duration.ofSeconds(30));
        assertThat(stubborn.closed).isTrue();
    }
}
