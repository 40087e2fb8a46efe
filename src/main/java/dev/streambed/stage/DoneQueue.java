package dev.streambed.stage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Results on their way to the stream thread. Most leave at once. But the result of an event that has taken long may wait for the end of
 * the poll, a twentieth of what it took at most: results that leave together cost the brokers, and whoever reads them, one request and not
 * one each. Where work has piled up that leaves the cores to the model; a caller who waits alone never notices.
 *
 * <p>{@link #add} may be called by any thread; the stream thread has the rest.
 *
 * @param <T> a result
 */
final class DoneQueue<T> {
    /** With which the end of a poll can be waited for: 20 times Kafka Streams' {@code poll.ms}. */
    static final Duration LONG = Duration.ofSeconds(2);

    private final LongSupplier nanoTime;
    private final Queue<T> results = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger expected = new AtomicInteger(); // written by the stream thread alone
    private volatile boolean urgent;

    /**
     * @param nanoTime as {@link System#nanoTime}
     */
    DoneQueue(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** There is one event more that is to have a result, or one less. */
    void expect(int change) {
        expected.addAndGet(change);
    }

    /**
     * Hands a result over.
     *
     * @param sinceNanos when its event came
     * @return whether the stream thread should be woken: its event came a short while ago, or no other result can come to leave with it
     */
    boolean add(T result, long sinceNanos) {
        results.add(result);
        boolean last = queued.incrementAndGet() >= expected.get();
        boolean atOnce = last || nanoTime.getAsLong() - sinceNanos < LONG.toNanos();
        if (atOnce) {
            urgent = true;
        }
        return atOnce;
    }

    /** Whether one that was to leave at once has not been taken. */
    boolean isUrgent() {
        return urgent;
    }

    /** All there are. */
    List<T> take() {
        urgent = false; // before they are taken: whoever adds another one sets it again
        List<T> taken = new ArrayList<>();
        for (T result = results.poll(); result != null; result = results.poll()) {
            queued.decrementAndGet();
            taken.add(result);
        }
        return taken;
    }

    /** Nothing that is there, or was expected, matters any more. */
    void clear() {
        expected.set(0);
        List<T> unused = take();
    }
}
