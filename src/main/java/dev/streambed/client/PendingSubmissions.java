package dev.streambed.client;

import dev.streambed.completion.Completion;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which event; bounded. The first end of a wait counts (answer, failure, timeout, the caller's cancel), every later one
 * is ignored. Thread-safe; owns one daemon thread for the timeouts.
 */
final class PendingSubmissions {
    private final Map<String, CompletableFuture<Completion>> futures = new ConcurrentHashMap<>();
    private final int maxPending;
    private final Semaphore room;
    private final ScheduledThreadPoolExecutor timeouts;
    private volatile @Nullable EmbeddingClientException refusal;

    PendingSubmissions(int maxPending, String threadName) {
        this.maxPending = maxPending;
        this.room = new Semaphore(maxPending);
        this.timeouts = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        // An answered submission must not keep its timer for the rest of a minute.
        timeouts.setRemoveOnCancelPolicy(true);
    }

    /** Begins a wait. The future has failed already where there is no room or no more is taken. */
    CompletableFuture<Completion> add(String eventId, Duration timeout) {
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        if (!room.tryAcquire()) {
            return CompletableFuture.failedFuture(new TooManyPendingException(maxPending));
        }
        CompletableFuture<Completion> future = new CompletableFuture<>();
        futures.put(eventId, future);
        Future<?> timer = startTimer(eventId, timeout);
        // Here too, for the caller may end it.
        var unused = future.whenComplete((completion, failure) -> {
            timer.cancel(false);
            release(eventId, future);
        });
        // Looked at again, for refuseAll may have passed by before the future was in the map.
        if (refusal != null) {
            future.completeExceptionally(refusal);
        }
        return future;
    }

    boolean isWaiting(String eventId) {
        return futures.containsKey(eventId);
    }

    int count() {
        return futures.size();
    }

    void complete(String eventId, Completion completion) {
        CompletableFuture<Completion> future = futures.get(eventId);
        if (future != null) {
            release(eventId, future);
            future.complete(completion);
        }
    }

    void fail(String eventId, Throwable failure) {
        CompletableFuture<Completion> future = futures.get(eventId);
        if (future != null) {
            release(eventId, future);
            future.completeExceptionally(failure);
        }
    }

    /** Before the future ends, so that a dependent that submits again finds the room. */
    private void release(String eventId, CompletableFuture<Completion> future) {
        if (futures.remove(eventId, future)) {
            room.release();
        }
    }

    /** Fails every wait and, from now on, every new one; the first reason stays. */
    void refuseAll(EmbeddingClientException reason) {
        synchronized (this) {
            if (refusal == null) {
                refusal = reason;
            }
        }
        futures.values().forEach(future -> future.completeExceptionally(reason));
        timeouts.shutdownNow();
    }

    private Future<?> startTimer(String eventId, Duration timeout) {
        try {
            return timeouts.schedule(
                    () -> fail(eventId, timeout(eventId, timeout)), timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // refuseAll is at work and fails the future too.
            return CompletableFuture.completedFuture(null);
        }
    }

    private static TimeoutException timeout(String eventId, Duration timeout) {
        return new TimeoutException("no answer to event " + eventId + " within " + timeout.toMillis()
                + " ms; the wait has ended, the work has not");
    }
}
