package dev.streambed.embed.batch;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a batch that does not come back from the model. Native code cannot be interrupted, and what it uses cannot be freed, so
 * nothing is done about it but to say so, until somebody ends the process: what was in flight is then done again at the next start.
 *
 * <p>The slots' threads tell when a batch begins and ends; a thread of its own ({@code streambed-embed-watch}) looks once a second.
 * Thread-safe.
 */
final class BatchWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWatch.class);
    private static final long LOOK_SECONDS = 1;

    /** One call of the model; told apart by identity. */
    static final class Call {
        private final int rows;
        private final int width;
        private final long startNanos;
        private volatile boolean reported;

        private Call(int rows, int width, long startNanos) {
            this.rows = rows;
            this.width = width;
            this.startNanos = startNanos;
        }
    }

    private final Duration timeout;
    private final LongSupplier nanoClock;
    private final Set<Call> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "streambed-embed-watch");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Starts to look.
     *
     * @param timeout how long a batch may run
     */
    BatchWatch(Duration timeout, LongSupplier nanoClock) {
        this.timeout = timeout;
        this.nanoClock = nanoClock;
        var unused = looker.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** A batch goes into the model; {@link #ended} must follow, however it ends. */
    Call began(int rows, int width) {
        Call call = new Call(rows, width, nanoClock.getAsLong());
        running.add(call);
        return call;
    }

    void ended(Call call) {
        running.remove(call);
        if (call.reported) {
            LOG.warn("A batch of {} x {} did come back from the model, after {} s", call.rows, call.width, age(call));
        }
    }

    /** Says it aloud, once for each batch that takes too long. */
    void look() {
        for (Call call : running) {
            if (isOverdue(call) && !call.reported) {
                call.reported = true;
                LOG.error("{}", why(call));
            }
        }
    }

    /** What takes longer than it may, for people, or null: the oldest batch. */
    @Nullable
    String overdueReason() {
        return oldest().filter(this::isOverdue).map(this::why).orElse(null);
    }

    /** How long the oldest batch has been in the model, 0 where there is none. */
    double oldestSeconds() {
        return oldest().map(call -> (double) nanos(call) / TimeUnit.SECONDS.toNanos(1))
                .orElse(0.0);
    }

    /** Batches now in the model. */
    int running() {
        return running.size();
    }

    private Optional<Call> oldest() {
        return running.stream().max(Comparator.comparingLong(this::nanos));
    }

    private boolean isOverdue(Call call) {
        return nanos(call) > timeout.toNanos();
    }

    private String why(Call call) {
        return "a batch of " + call.rows + " x " + call.width + " tokens has been in the model for " + age(call)
                + " s, longer than embed.batch-timeout (" + timeout.toSeconds()
                + " s); it cannot be interrupted: restart the process, nothing is lost by it";
    }

    private long age(Call call) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos(call));
    }

    private long nanos(Call call) {
        return nanoClock.getAsLong() - call.startNanos;
    }

    @Override
    public void close() {
        looker.shutdownNow();
    }
}
