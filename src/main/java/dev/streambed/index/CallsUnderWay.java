package dev.streambed.index;

import java.time.Duration;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Which calls have begun and not ended, so that one can wait for those of a moment, however many follow them. Thread-safe. */
final class CallsUnderWay {
    private final NavigableSet<Long> numbers = new TreeSet<>(); // guarded by this
    private long last; // guarded by this

    /** A call begins; what is returned ends it. */
    synchronized long begin() {
        numbers.add(++last);
        return last;
    }

    synchronized void end(long number) {
        numbers.remove(number);
        notifyAll();
    }

    /** Waits for the calls that have begun by now; returns early if interrupted, and stays so. */
    synchronized void await(Duration atMost) {
        long until = last;
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (!numbers.isEmpty() && numbers.first() <= until) {
                long millis = (deadline - System.nanoTime() + 999_999) / 1_000_000;
                if (millis <= 0) {
                    return;
                }
                wait(millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
