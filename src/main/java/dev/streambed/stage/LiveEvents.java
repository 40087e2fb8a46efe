package dev.streambed.stage;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the events that are accepted and not retired, over all tasks of a stage, and the consumers that may bring more; somebody may
 * wait for there to be none of both. Thread-safe.
 */
final class LiveEvents {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int count; // guarded by lock
    private int sources; // guarded by lock

    void add(int change) {
        change(change, 0);
    }

    /** A consumer began, or ended, to bring events. */
    void addSources(int change) {
        change(0, change);
    }

    private void change(int ofCount, int ofSources) {
        lock.lock();
        try {
            count += ofCount;
            sources += ofSources;
            if (count == 0 && sources == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there were none, and none could come, before the time was up. */
    boolean awaitNone(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while ((count > 0 || sources > 0) && left > 0) {
                left = none.awaitNanos(left);
            }
            return count == 0 && sources == 0;
        } finally {
            lock.unlock();
        }
    }
}
