package dev.streambed.stage;

import java.util.concurrent.CompletableFuture;

/**
 * What to do with an event that became the head of its chain.
 *
 * @param <H> the head
 */
public sealed interface Verdict<H> {
    /** Nothing to wait for. */
    record Now<H>(Answer<H> answer) implements Verdict<H> {}

    /**
     * Work under way on other threads.
     *
     * @param answer completed from any thread; cancelled by the stage where it gives the work up. Completed with
     *     {@link java.util.concurrent.CancellationException} by the worker, the event is planned again.
     */
    record Later<H>(CompletableFuture<Answer<H>> answer) implements Verdict<H> {}
}
