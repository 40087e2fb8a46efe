package dev.streambed.stage;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * The main consumer of a stream thread, with two more abilities: another thread can end its poll at once ({@link #wake}), so that
 * results leave as soon as they are there; and a saturated lane is paused for the time of a poll, while polling itself, and with it
 * heartbeats and punctuators, goes on. Streams pauses and resumes the same partitions for its own reasons, also from inside a poll;
 * so its wishes are kept apart from the gate's. Owned by the stream thread but for {@link #wake} and the lease.
 */
final class GatedConsumer extends UnwokenConsumer {
    /** Where results come from: a task. */
    interface Source {
        /** Whether some wait to be sent by the stream thread, and should not wait longer. */
        boolean hasResults();

        /** The partitions it takes nothing of for now, beside those of saturated lanes. */
        default Set<TopicPartition> closedTo() {
            return Set.of();
        }
    }

    /** The interval of the punctuation that sends results. */
    static final Duration BRIEFLY = Duration.ofMillis(1);

    /** Nothing comes in then, and the sooner the commits, the sooner the end. */
    private static final Duration WHILE_SHUT = Duration.ofMillis(20);

    private static final long TOLERATED_STEP_MILLIS = 1_000;

    private final Consumer<byte[], byte[]> delegate;
    private final Gate gate;
    private final Lease lease;
    private final StageThreads threads;
    private final Set<TopicPartition> pausedByStreams = new HashSet<>();
    private final Map<TopicPartition, Long> lastReturned = new HashMap<>();
    private final Set<Source> sources = new HashSet<>();

    private final LongSupplier wallMillis;
    private long wallMillisBefore;

    private boolean closing;
    private long closeBy;

    private final Object pollLock = new Object();
    private boolean polling; // guarded by pollLock
    private boolean woken; // guarded by pollLock

    /**
     * @param wallMillis as {@link System#currentTimeMillis}
     */
    GatedConsumer(
            Consumer<byte[], byte[]> delegate, Gate gate, Lease lease, StageThreads threads, LongSupplier wallMillis) {
        super(delegate);
        this.delegate = delegate;
        this.gate = gate;
        this.lease = lease;
        this.threads = threads;
        this.wallMillis = wallMillis;
        this.wallMillisBefore = wallMillis.getAsLong();
    }

    /**
     * Ends the poll under way. To be called after a result was queued that should not wait; where no poll is under way, the next one sees it there. From
     * any thread.
     */
    void wake() {
        synchronized (pollLock) {
            // Once a poll: a commit inside a rebalance would otherwise be interrupted by each result, and never end.
            if (polling && !woken) {
                woken = true;
                delegate.wakeup();
            }
        }
    }

    /**
     * From now on no poll lasts longer than {@link #BRIEFLY} while this source has results. A wake-up alone could get lost: a poll
     * that ends in the millisecond in which it began is followed by no punctuation, but by the next poll.
     */
    void attach(Source source) {
        sources.add(source);
    }

    /** The opposite of {@link #attach}. */
    void detach(Source source) {
        sources.remove(source);
    }

    Gate gate() {
        return gate;
    }

    Lease lease() {
        return lease;
    }

    /** The last offset a poll returned of a partition, -1 for none since it was assigned or sought. */
    long lastReturned(TopicPartition partition) {
        return lastReturned.getOrDefault(partition, -1L);
    }

    /** The next offset to be fetched as far as it is known now, 0 where it is not: never waits for the brokers. */
    long reached(TopicPartition partition) {
        try {
            return position(partition, Duration.ZERO);
        } catch (TimeoutException unknown) {
            return 0;
        }
    }

    /** What is left of a deadline that all tasks share that are closed between two polls. */
    Duration leftToClose(Duration atMost) {
        long now = System.nanoTime();
        if (!closing) {
            closing = true;
            closeBy = now + atMost.toNanos();
        }
        return Duration.ofNanos(Math.max(0, closeBy - now));
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        requireOnwardClock();
        threads.enter(this);
        lease.polled();
        closing = false;
        if (gate.isShut()) {
            // Streams polls when it has processed what it had: so what was taken in before the gate shut is counted by
            // now.
            threads.takesNoMore(this);
        }
        Set<TopicPartition> closed = closedTo(delegate.assignment());
        delegate.pause(closed);
        synchronized (pollLock) {
            polling = true;
            woken = false;
        }
        try {
            // Looked at after `polling` was set: what is queued later than this look wakes the poll.
            ConsumerRecords<byte[], byte[]> records = delegate.poll(patience(timeout));
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
            }
            lease.polled();
            reopen(closed);
        }
    }

    /**
     * Streams counts the time to its next commit and punctuation by the wall clock: set back, both stand still until it has caught
     * up, and with them all results. A new thread counts from the new time.
     */
    private void requireOnwardClock() {
        long now = wallMillis.getAsLong();
        long back = wallMillisBefore - now;
        wallMillisBefore = now;
        if (back > TOLERATED_STEP_MILLIS) {
            throw new KafkaException("the system's clock was set back by " + back
                    + " ms, for which the timers of this stream thread would stand still; a new one takes its place");
        }
    }

    private Set<TopicPartition> closedTo(Set<TopicPartition> assigned) {
        Set<TopicPartition> closed = new HashSet<>(gate.closedTo(assigned));
        sources.forEach(source -> closed.addAll(source.closedTo()));
        closed.retainAll(assigned);
        return closed;
    }

    private Duration patience(Duration timeout) {
        boolean hasResults = sources.stream().anyMatch(Source::hasResults);
        Duration longest = hasResults ? BRIEFLY : gate.isShut() ? WHILE_SHUT : lease.longestPoll();
        return timeout.compareTo(longest) < 0 ? timeout : longest;
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

    /** What was handed over before is read again, or skipped: it says nothing of how far this partition has come. */
    @Override
    public void seek(TopicPartition partition, long offset) {
        lastReturned.remove(partition);
        super.seek(partition, offset);
    }

    @Override
    public void seek(TopicPartition partition, OffsetAndMetadata offsetAndMetadata) {
        lastReturned.remove(partition);
        super.seek(partition, offsetAndMetadata);
    }

    @Override
    public void close() {
        threads.takesNoMore(this);
        super.close();
    }

    @Override
    @Deprecated
    @SuppressWarnings("deprecation") // part of the interface
    public void close(Duration timeout) {
        threads.takesNoMore(this);
        super.close(timeout);
    }

    @Override
    public void close(CloseOptions option) {
        threads.takesNoMore(this);
        super.close(option);
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
