package dev.streambed.stage;

/**
 * What an arriving record turned out to be.
 *
 * @param <E> the stage's event
 * @param <H> its head
 */
public sealed interface Arrival<E, H> {
    /** To be worked on, one after another with the other events of its document. */
    record Chained<E, H>(E event, String documentId) implements Arrival<E, H> {}

    /** Answered at once, whatever else is under way: wrong input, expired, sent on. */
    record Answered<E, H>(Answer<H> answer) implements Arrival<E, H> {}
}
