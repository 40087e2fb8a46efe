package dev.streambed.stage;

/**
 * What an arriving record turned out to be.
 *
 * @param <E> the stage's event
 * @param <H> its head
 */
public sealed interface Arrival<E, H> {
    /**
     * To be worked on, one after another with the other events of its document.
     *
     * @param sinceMillis since when its answer is waited for, epoch milliseconds by the broker's clock: an answer that has taken seconds
     *     may wait for the end of a poll, so that others leave with it
     */
    record Chained<E, H>(E event, String documentId, long sinceMillis) implements Arrival<E, H> {}

    /** Answered at once, whatever else is under way: wrong input, expired, sent on. */
    record Answered<E, H>(Answer<H> answer) implements Arrival<E, H> {}
}
