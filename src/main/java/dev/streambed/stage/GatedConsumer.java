package dev.streambed.stage;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * The main consumer of a stream thread, with two more abilities: another thread can end its poll at once ({@link #wake}), so that
 * results leave as soon as they are there; and a saturated lane is paused for the time of a poll, while polling itself, and with it
 * heartbeats and punctuators, goes on. Streams pauses and resumes the same partitions for its own reasons, also from inside a poll;
 * so its wishes are kept apart from the gate's. Owned by the stream thread but for {@link #wake} and the lease.
 */
final class GatedConsumer extends UnwokenConsumer {
    private final Consumer<byte[], byte[]> delegate;
    private final Gate gate;
    private final Lease lease;
    private final StageThreads threads;
    private final Set<TopicPartition> pausedByStreams = new HashSet<>();
    private final Map<TopicPartition, Long> lastReturned = new HashMap<>();

    private final Object pollLock = new Object();
    private boolean polling; // guarded by pollLock
    private boolean wakePending; // guarded by pollLock

    GatedConsumer(Consumer<byte[], byte[]> delegate, Gate gate, Lease lease, StageThreads threads) {
        super(delegate);
        this.delegate = delegate;
        this.gate = gate;
        this.lease = lease;
        this.threads = threads;
    }

    /** Ends the poll under way, or makes the next one return at once. From any thread. */
    void wake() {
        synchronized (pollLock) {
            wakePending = true;
            if (polling) {
                delegate.wakeup();
            }
        }
    }

    Gate gate() {
        return gate;
    }

    Lease lease() {
        return lease;
    }

    /** The last offset a poll returned of a partition, -1 for none since it was assigned. */
    long lastReturned(TopicPartition partition) {
        return lastReturned.getOrDefault(partition, -1L);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        threads.enter(this);
        lease.polled();
        Set<TopicPartition> closed = gate.closedTo(delegate.assignment());
        delegate.pause(closed);
        Duration patience;
        synchronized (pollLock) {
            polling = true;
            patience = wakePending ? Duration.ZERO : timeout;
        }
        try {
            ConsumerRecords<byte[], byte[]> records = delegate.poll(patience);
            for (TopicPartition partition : records.partitions()) {
                var ofPartition = records.records(partition);
                lastReturned.put(
                        partition, ofPartition.get(ofPartition.size() - 1).offset());
            }
            return records;
        } catch (WakeupException ours) {
            return ConsumerRecords.empty();
        } finally {
            synchronized (pollLock) {
                polling = false;
                wakePending = false;
            }
            lease.polled();
            reopen(closed);
        }
    }

    /** Resumes what the gate had paused: less what was lost meanwhile, less what Streams itself wants paused. */
    private void reopen(Set<TopicPartition> closed) {
        Set<TopicPartition> assigned = delegate.assignment();
        pausedByStreams.retainAll(assigned);
        lastReturned.keySet().retainAll(assigned);
        Set<TopicPartition> open = new HashSet<>(closed);
        open.retainAll(assigned);
        open.removeAll(pausedByStreams);
        delegate.resume(open);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        pausedByStreams.addAll(partitions);
        delegate.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        pausedByStreams.removeAll(partitions);
        delegate.resume(partitions);
    }
}
