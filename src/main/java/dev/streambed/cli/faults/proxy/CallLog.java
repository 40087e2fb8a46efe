package dev.streambed.cli.faults.proxy;

import dev.streambed.cli.faults.proxy.Call.Outcome;
import dev.streambed.cli.faults.proxy.Call.RowRef;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has ended and how: counts, and when the server last wrote. Thread-safe; the listener is called by the thread that ends a call. */
final class CallLog {
    private static final Logger LOG = LoggerFactory.getLogger(CallLog.class);

    /** The newest acknowledgements whose times are kept: hours of a busy writer. */
    static final int KEPT = 1 << 17;

    private final Consumer<Call> listener;
    private final Map<String, Map<Outcome, Long>> counts = new TreeMap<>(); // guarded by this
    private final ArrayDeque<Long> written = new ArrayDeque<>(); // ascending; guarded by this
    private @Nullable Long forgotten; // the newest that is kept no more; guarded by this

    CallLog(Consumer<Call> listener) {
        this.listener = listener;
    }

    /** Notes that a call has ended now, and tells the listener. Its caller is told after that. */
    void ended(String method, List<RowRef> rows, long beginNanos, Outcome outcome) {
        long now;
        synchronized (this) {
            now = System.nanoTime(); // inside: times ascend in the order they are kept
            counts.computeIfAbsent(method, each -> new EnumMap<>(Outcome.class)).merge(outcome, 1L, Long::sum);
            if (outcome.isWritten()) {
                if (written.size() == KEPT) {
                    forgotten = written.removeFirst();
                }
                written.addLast(now);
                notifyAll();
            }
        }
        try {
            listener.accept(new Call(method, rows, beginNanos, now, outcome));
        } catch (RuntimeException e) { // its defect must not keep the caller from its answer
            LOG.error("The listener of the Milvus proxy failed", e);
        }
    }

    synchronized long count(String method, Outcome outcome) {
        return counts.getOrDefault(method, Map.of()).getOrDefault(outcome, 0L);
    }

    synchronized Map<String, Map<Outcome, Long>> counts() {
        var copy = new TreeMap<String, Map<Outcome, Long>>();
        counts.forEach((method, outcomes) -> copy.put(method, Map.copyOf(outcomes)));
        return copy;
    }

    synchronized OptionalLong lastWritten() {
        return written.isEmpty() ? OptionalLong.empty() : OptionalLong.of(written.getLast());
    }

    synchronized OptionalLong firstWrittenAfter(long nanos) {
        if (forgotten != null && forgotten - nanos > 0) {
            throw new IllegalArgumentException("only the newest " + KEPT + " acknowledgements are kept, and "
                    + TimeUnit.NANOSECONDS.toSeconds(forgotten - nanos) + " s after the given time they begin");
        }
        return written.stream()
                .mapToLong(Long::longValue)
                .filter(each -> each - nanos > 0)
                .findFirst();
    }

    synchronized OptionalLong awaitWrittenAfter(long nanos, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        OptionalLong found = firstWrittenAfter(nanos);
        for (long left = atMost.toNanos(); found.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            found = firstWrittenAfter(nanos);
        }
        return found;
    }
}
