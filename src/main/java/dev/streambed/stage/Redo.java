package dev.streambed.stage;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The inputs of a task once more, from their beginning up to the end they had when this began: the heads stand on something that is gone, and
 * what is behind them is done again ({@link StageHandler#basis}). Until all of it is durable the task takes nothing else in, so that an event never
 * meets a head whose effect is not there. Nothing of this is in the ledger: it is the heads that say what is still to do, and a
 * crash only makes it begin again. Owned by the stream thread, which it never keeps waiting.
 */
final class Redo implements AutoCloseable {
    /** In flight at a time, for each task: beside the gate's limit, which what was restored may have reached already. */
    static final long MAX_BYTES = 1 << 20;

    private final Consumer<byte[], byte[]> consumer;
    private final Set<TopicPartition> partitions;
    private final Map<TopicPartition, Long> ends;
    private long unansweredBytes;
    private int open;
    private int done;

    /**
     * @param consumer without a group, closed by this
     * @param ends where to stop, of each input
     */
    Redo(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        this.consumer = consumer;
        this.partitions = Set.copyOf(ends.keySet());
        this.ends = new HashMap<>(ends);
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
    }

    Set<TopicPartition> partitions() {
        return partitions;
    }

    /** The next records, as far as they are here: none is no end. */
    Iterable<ConsumerRecord<byte[], byte[]>> poll() {
        return isRead() || unansweredBytes >= MAX_BYTES ? List.of() : consumer.poll(Duration.ZERO);
    }

    /** Whether {@link #poll} is worth a call now. */
    boolean isReading() {
        return !ends.isEmpty() && unansweredBytes < MAX_BYTES;
    }

    void entered(long bytes) {
        unansweredBytes += bytes + Gate.OVERHEAD_BYTES;
        open++;
    }

    void answered(long bytes) {
        unansweredBytes -= bytes + Gate.OVERHEAD_BYTES;
    }

    void retired() {
        open--;
        done++;
    }

    /** Whether everything is read, done and durable. */
    boolean isDone() {
        return open == 0 && isRead();
    }

    /** How many events were done again. */
    int done() {
        return done;
    }

    private boolean isRead() {
        ends.entrySet().removeIf(end -> reached(end.getKey()) >= end.getValue());
        return ends.isEmpty();
    }

    private long reached(TopicPartition partition) {
        try {
            return consumer.position(partition, Duration.ZERO);
        } catch (TimeoutException unknown) {
            return -1;
        }
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ZERO));
    }
}
