package dev.streambed.cli.bench;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Looks at this process's memory from its start to its close, on a thread of its own. Thread-safe. */
final class MemoryPeak implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread daemon = new Thread(work, "bench-memory");
        daemon.setDaemon(true);
        return daemon;
    });
    private volatile ProcessMemory most = ProcessMemory.now(); // written by that thread

    private MemoryPeak() {}

    static MemoryPeak start() {
        MemoryPeak peak = new MemoryPeak();
        ScheduledFuture<?> unused =
                peak.thread.scheduleAtFixedRate(peak::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return peak;
    }

    private void look() {
        most = most.most(ProcessMemory.now());
    }

    /** The most so far of each of the two. */
    ProcessMemory most() {
        return most;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
