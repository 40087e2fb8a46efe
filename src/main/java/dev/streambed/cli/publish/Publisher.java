package dev.streambed.cli.publish;

import dev.streambed.client.EmbeddingClientException;
import dev.streambed.completion.Completion;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run: reads lines, sends them at a pace, and awaits what the sender promises. At most {@value #IN_FLIGHT} events are on their
 * way, so memory does not grow with the input. Owned by the thread that calls {@link #run}.
 */
public final class Publisher {
    /** Events sent and not yet through. */
    static final int IN_FLIGHT = 10_000;

    private final EventSender sender;
    private final PublishListener listener;
    private final double perSecond;
    private final LongSupplier nanoTime;
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final Tally tally = new Tally();

    /**
     * @param perSecond events a second; 0: as fast as it goes
     * @param nanoTime a clock such as {@link System#nanoTime()}
     */
    public Publisher(EventSender sender, PublishListener listener, double perSecond, LongSupplier nanoTime) {
        this.sender = sender;
        this.listener = listener;
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
    }

    /**
     * Publishes all lines and waits until each is through.
     *
     * @throws IOException if the input cannot be read
     */
    public PublishResult run(EventLineReader lines) throws IOException, InterruptedException {
        Pacer pacer = new Pacer(perSecond, nanoTime);
        for (EventLine line = lines.next(); line != null; line = lines.next()) {
            if (line instanceof EventLine.Event event) {
                pacer.await();
                room.acquire();
                send(event);
            } else if (line instanceof EventLine.Unusable unusable) {
                tally.unsent();
                listener.failed(unusable.number(), unusable.problem());
            }
        }
        // Every event gives its room back when it is through.
        room.acquire(IN_FLIGHT);
        return tally.result();
    }

    private void send(EventLine.Event event) {
        long sentNanos = nanoTime.getAsLong();
        long number = event.number();
        tally.sending(sentNanos);
        CompletableFuture<?> unused = sender.send(event.id(), event.value()).whenComplete((completion, failure) -> {
            try {
                through(number, sentNanos, completion, failure);
            } finally {
                room.release();
            }
        });
    }

    private void through(long number, long sentNanos, @Nullable Completion completion, @Nullable Throwable failure) {
        long now = nanoTime.getAsLong();
        if (failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof TimeoutException) {
                tally.unanswered();
                listener.failed(number, "no outcome in time");
            } else {
                tally.unsent();
                // The client's own words name the event, which nobody knows here; the reason is below.
                Throwable reason = cause instanceof EmbeddingClientException && cause.getCause() != null
                        ? cause.getCause()
                        : cause;
                listener.failed(number, "not sent: " + reason.getMessage());
            }
            return;
        }
        if (completion == null) {
            tally.acknowledged(now);
        } else {
            tally.answered(completion, sentNanos, now);
            if (!completion.outcome().isDone()) {
                listener.unwanted(completion);
            }
        }
        listener.done();
    }
}
