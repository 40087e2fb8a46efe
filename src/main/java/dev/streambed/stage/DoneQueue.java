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
    /** Of a poll's length: an event that has taken so many times that has taken long. */
    static final int LONG_POLLS = 20;

    private final long longNanos;
    private final LongSupplier nanoTime;
    private final Queue<T> results = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger expected = new AtomicInteger(); // written by the stream thread alone
    private volatile boolean urgent;

    /**
     * @param poll the longest a poll lasts
     * @param nanoTime as {@link System#nanoTime}
     */
    DoneQueue(Duration poll, LongSupplier nanoTime) {
        this.longNanos = LONG_POLLS * poll.toNanos();
        this.nanoTime = nanoTime;
    }

    /** There is one result more to come, or one less, which was taken. */
    void expect(int change) {
        int left = expected.addAndGet(change);
        int waiting = queued.get();
        if (waiting > 0 && waiting >= left) {
            urgent = true; // nothing can come any more that they would wait for
        }
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
        boolean atOnce = last || nanoTime.getAsLong() - sinceNanos < longNanos;
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
