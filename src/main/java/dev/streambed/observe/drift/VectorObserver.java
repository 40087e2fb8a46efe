package dev.streambed.observe.drift;

import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Is told of each embedded document. Called by the embedder's threads: it only ever samples and queues, and never waits or throws. */
@FunctionalInterface
public interface VectorObserver {
    /** Looks away. */
    VectorObserver NONE = (metadata, chunks, chunk) -> {};

    /**
     * A document was embedded.
     *
     * @param metadata the document's, for its tenant; not kept
     * @param chunks how many there are, 1 or more
     * @param chunk gives the chunk of that number, from 0; asked for one of them at most, during the call
     */
    void embedded(Map<String, @Nullable Object> metadata, int chunks, IntFunction<Measured> chunk);
}
