package dev.streambed.stage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a stage has to say about one event.
 *
 * @param outputs sent in this order, on the stream thread; empty where an earlier run's answer is durable already
 * @param head what to remember of the document once the outputs are durable, null for nothing new
 * @param <H> the head
 */
public record Answer<H>(List<Outbound> outputs, @Nullable H head) {
    /** An answer that leaves the document's head alone. */
    public static <H> Answer<H> of(List<Outbound> outputs) {
        return new Answer<>(outputs, null);
    }
}
