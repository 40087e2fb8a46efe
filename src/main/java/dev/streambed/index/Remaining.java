package dev.streambed.index;

import java.util.ArrayDeque;
import java.util.List;

/**
 * What is left of a list that is taken from its front, and of what came back; the list itself is not copied, so that one that makes its
 * elements when they are asked for holds none. Not thread-safe.
 */
final class Remaining<T> {
    private final List<T> all;
    private final ArrayDeque<T> returned = new ArrayDeque<>(0);
    private int next;

    /**
     * @param all not modified from here on
     */
    Remaining(List<T> all) {
        this.all = all;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    int size() {
        return all.size() - next + returned.size();
    }

    /** The next one; there must be one. */
    T first() {
        return next < all.size() ? all.get(next) : returned.getFirst();
    }

    /** Takes {@link #first}. */
    T removeFirst() {
        return next < all.size() ? all.get(next++) : returned.removeFirst();
    }

    /** Gives one back, behind all others. */
    void giveBack(T one) {
        returned.addLast(one);
    }

    void clear() {
        next = all.size();
        returned.clear();
    }
}
