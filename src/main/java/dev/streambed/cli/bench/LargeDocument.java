package dev.streambed.cli.bench;

import dev.streambed.completion.Completion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps one large document in the interactive lane, the next as soon as one is answered. Thread-safe. */
final class LargeDocument {
    private final Pipeline pipeline;
    private final String text;
    private final AtomicInteger sent = new AtomicInteger();
    private volatile boolean stopped;

    LargeDocument(Pipeline pipeline, String text) {
        this.pipeline = pipeline;
        this.text = text;
    }

    /** One, to its end; returns its chunks. */
    int once() {
        stopped = true;
        return start().join().chunks();
    }

    /** Until {@link #stop}; the answer of the last. */
    CompletableFuture<Completion> keepUp() {
        stopped = false;
        return start();
    }

    /** The one that is under way becomes the last. */
    void stop() {
        stopped = true;
    }

    private CompletableFuture<Completion> start() {
        return pipeline.submit("large-" + sent.getAndIncrement(), text).thenComposeAsync(completion -> {
            pipeline.requireIndexed(completion);
            return stopped ? CompletableFuture.completedFuture(completion) : start();
        });
    }
}
