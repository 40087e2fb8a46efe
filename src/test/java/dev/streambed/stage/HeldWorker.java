package dev.streambed.stage;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Holds all work until the test lets it go. Thread-safe. */
final class HeldWorker implements TestHandler.Worker {
    /** Work under way. */
    record Work(TestEvent event, CompletableFuture<Void> end, BooleanSupplier mayAct) {}

    private final BlockingQueue<Work> started = new LinkedBlockingQueue<>();

    @Override
    public CompletableFuture<Void> work(TestEvent event, BooleanSupplier mayAct) {
        Work work = new Work(event, new CompletableFuture<>(), mayAct);
        started.add(work);
        return work.end();
    }

    /** The next work that was started, in the order of starting. */
    Work next() {
        try {
            Work work = started.poll(60, TimeUnit.SECONDS);
            if (work == null) {
                throw new AssertionError("no more work was started");
            }
            return work;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for work", e);
        }
    }

    /** How much was started that nobody has taken with {@link #next}. */
    int waiting() {
        return started.size();
    }
}
