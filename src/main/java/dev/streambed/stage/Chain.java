package dev.streambed.stage;

import dev.streambed.stage.StageHandler.Precedence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The events of one document: one runs, what waits is kept short by displacement. Owned by the stream thread.
 *
 * @param <T> an item
 */
final class Chain<T> {
    private @Nullable T running;
    private final ArrayDeque<T> waiting = new ArrayDeque<>(1);

    /** Whether the item runs at once; otherwise {@link #enqueue} it. */
    boolean tryRun(T item) {
        if (running != null) {
            return false;
        }
        running = item;
        return true;
    }

    /**
     * Lets an item wait behind the running one. It displaces only what waits behind the last one that it leaves alone: that one may rest on
     * those before it.
     *
     * @param precedence of (arriving, waiting)
     * @return the items that are superseded now, perhaps the arriving one itself
     */
    List<T> enqueue(T arriving, BiFunction<T, T, Precedence> precedence) {
        List<T> superseded = new ArrayList<>(1);
        for (T other : waiting) {
            switch (precedence.apply(arriving, other)) {
                case ARRIVING_SUPERSEDES -> superseded.add(other);
                case WAITING_SUPERSEDES -> {
                    return List.of(arriving);
                }
                case BOTH -> superseded.clear();
            }
        }
        waiting.removeAll(superseded);
        waiting.add(arriving);
        return superseded;
    }

    /** The running item, if only this one waits behind it; null where others wait, or it does not. */
    @Nullable
    T runningBefore(T item) {
        return waiting.peek() == item && waiting.size() == 1 ? running : null;
    }

    /** Ends the running item and lets the next one run, null where none waits. */
    @Nullable
    T next() {
        running = waiting.poll();
        return running;
    }
}
