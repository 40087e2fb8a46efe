package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatedConsumerTest {
    private static final TopicPartition BULK = new TopicPartition("bulk", 0);
    private static final TopicPartition INTERACTIVE = new TopicPartition("interactive", 0);
    private static final Duration LONG = Duration.ofSeconds(1);

    private final AtomicInteger wakeUps = new AtomicInteger();
    private final AtomicInteger interruptedCommits = new AtomicInteger();
    private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>("earliest") {
        @Override
        public synchronized void wakeup() {
            wakeUps.incrementAndGet();
            super.wakeup();
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
            if (interruptedCommits.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new WakeupException();
            }
            super.commitSync(offsets);
        }
    };
    private final AtomicBoolean shut = new AtomicBoolean();
    private final Gate gate =
            new Gate(Map.of("bulk", 10_000L, "interactive", 10_000L), shut::get, new ConcurrentHashMap<>());
    private final Lease lease = new Lease(Long.MAX_VALUE / 4, 0, System::nanoTime);
    private final AtomicLong wallMillis = new AtomicLong(1_800_000_000_000L);
    private final GatedConsumer consumer = new GatedConsumer(
            kafka,
            gate,
            lease,
            new StageThreads(Map.of(), shut::get, new LiveEvents(), 1_000, new BoundedBytes(100)),
            wallMillis::get);

    @BeforeEach
    void assignBothLanes() {
        kafka.subscribe(List.of("bulk", "interactive"), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
        });
        kafka.rebalance(List.of(BULK, INTERACTIVE));
        kafka.updateBeginningOffsets(Map.of(BULK, 0L, INTERACTIVE, 0L));
    }

    private void add(TopicPartition partition, long offset) {
        kafka.addRecord(new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, new byte[1]));
    }

    @Test
    void aWakeUpInsideAPollEndsItWithoutRecords() {
        add(BULK, 0);
        kafka.schedulePollTask(consumer::wake);

        assertThat(consumer.poll(LONG).isEmpty()).isTrue();
        assertThat(consumer.poll(LONG).count()).isEqualTo(1);
    }

    @Test
    void aPollIsWokenOnce() {
        kafka.schedulePollTask(() -> {
            consumer.wake();
            consumer.wake();
        });

        consumer.poll(LONG);

        assertThat(wakeUps).hasValue(1);
    }

    @Test
    void aWakeUpOutsideAPollTouchesNoOtherCall() {
        consumer.wake();

        assertThat(wakeUps).hasValue(0);
        assertThat(consumer.position(BULK)).isZero();
    }

    @Test
    void pollsBrieflyForAsLongAsResultsWait() {
        AtomicBoolean hasResults = new AtomicBoolean(true);
        consumer.attach(hasResults::get);

        consumer.poll(LONG);
        assertThat(kafka.lastPollTimeout()).isEqualTo(GatedConsumer.BRIEFLY);
        consumer.poll(LONG);
        assertThat(kafka.lastPollTimeout()).isEqualTo(GatedConsumer.BRIEFLY);

        hasResults.set(false);
        consumer.poll(LONG);
        assertThat(kafka.lastPollTimeout()).isEqualTo(LONG);
    }

    @Test
    void aClockThatWasSetBackEndsTheThread() {
        wallMillis.addAndGet(-1_000);
        assertThat(consumer.poll(LONG).isEmpty()).isTrue();

        wallMillis.addAndGet(-3_600_000);
        assertThatThrownBy(() -> consumer.poll(LONG))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("set back by 3600000 ms");
    }

    @Test
    void aClockThatWasSetAheadDisturbsNothing() {
        add(BULK, 0);
        wallMillis.addAndGet(3_600_000);

        assertThat(consumer.poll(LONG).count()).isEqualTo(1);
    }

    @Test
    void aZeroPollStaysZero() {
        consumer.attach(() -> true);

        consumer.poll(Duration.ZERO);

        assertThat(kafka.lastPollTimeout()).isZero();
    }

    @Test
    void noPollOutlastsTheLease() {
        Lease brief = new Lease(8_000_000, 0, System::nanoTime);
        GatedConsumer patient = new GatedConsumer(
                kafka,
                gate,
                brief,
                new StageThreads(Map.of(), shut::get, new LiveEvents(), 1_000, new BoundedBytes(100)),
                wallMillis::get);

        patient.poll(LONG);

        assertThat(kafka.lastPollTimeout()).isEqualTo(Duration.ofMillis(4));
    }

    @Test
    void aCallThatAWakeUpInterruptedIsTriedAgain() {
        interruptedCommits.set(2);

        consumer.commitSync(Map.of(BULK, new OffsetAndMetadata(5)));

        assertThat(kafka.committed(Set.of(BULK))).containsEntry(BULK, new OffsetAndMetadata(5));
    }

    @Test
    void aSaturatedLaneIsPausedForThePollAlone() {
        gate.enter("bulk", 10_000);
        add(BULK, 0);
        add(INTERACTIVE, 0);
        kafka.schedulePollTask(() -> assertThat(kafka.paused()).containsExactly(BULK));

        assertThat(consumer.poll(LONG).partitions()).containsExactly(INTERACTIVE);

        assertThat(kafka.paused()).isEmpty();
        gate.leave("bulk", 10_000);
        assertThat(consumer.poll(LONG).partitions()).containsExactly(BULK);
    }

    @Test
    void aShutGateLetsNothingIn() {
        add(BULK, 0);
        add(INTERACTIVE, 0);
        shut.set(true);

        assertThat(consumer.poll(LONG).isEmpty()).isTrue();
    }

    @Test
    void whatStreamsPausedStaysPausedWhenTheGateOpens() {
        consumer.pause(Set.of(BULK));
        gate.enter("bulk", 10_000);
        gate.enter("interactive", 10_000);

        consumer.poll(LONG);

        assertThat(kafka.paused()).containsExactly(BULK);
        consumer.resume(Set.of(BULK));
        assertThat(kafka.paused()).isEmpty();
    }

    @Test
    void whatStreamsPausesInsideAPollStaysPaused() {
        gate.enter("bulk", 10_000);
        kafka.schedulePollTask(() -> consumer.pause(Set.of(BULK)));

        consumer.poll(LONG);

        assertThat(kafka.paused()).containsExactly(BULK);
    }

    @Test
    void whatIsRevokedInsideAPollIsNotResumed() {
        gate.enter("bulk", 10_000);
        kafka.schedulePollTask(() -> kafka.rebalance(List.of(INTERACTIVE)));
        consumer.poll(LONG);
        assertThat(kafka.assignment()).containsExactly(INTERACTIVE);

        kafka.rebalance(List.of(BULK, INTERACTIVE));
        gate.leave("bulk", 10_000);
        add(BULK, 0);

        assertThat(consumer.poll(LONG).partitions()).containsExactly(BULK);
    }

    @Test
    void reopensTheGateAfterAPollThatFailed() {
        gate.enter("bulk", 10_000);
        kafka.setPollException(new KafkaException("refused"));

        assertThatThrownBy(() -> consumer.poll(LONG)).hasMessage("refused");

        assertThat(kafka.paused()).isEmpty();
    }

    @Test
    void remembersWhatItHandedOver() {
        assertThat(consumer.lastReturned(BULK)).isEqualTo(-1);
        add(BULK, 0);
        add(BULK, 1);
        consumer.poll(LONG);

        assertThat(consumer.lastReturned(BULK)).isEqualTo(1);
        assertThat(consumer.lastReturned(INTERACTIVE)).isEqualTo(-1);
    }

    @Test
    void forgetsWhatItHandedOverOnceSomeoneSeeks() {
        add(BULK, 0);
        consumer.poll(LONG);

        consumer.seek(BULK, new OffsetAndMetadata(0));

        assertThat(consumer.lastReturned(BULK)).isEqualTo(-1);
    }

    @Test
    void forgetsWhatItHandedOverWithTheAssignment() {
        add(BULK, 0);
        consumer.poll(LONG);

        kafka.rebalance(List.of(INTERACTIVE));
        consumer.poll(LONG);

        assertThat(consumer.lastReturned(BULK)).isEqualTo(-1);
    }
}
