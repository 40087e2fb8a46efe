package dev.streambed.stage;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a stage does with its events; {@link StageProcessor} does the rest. One instance a task; every method is called on the
 * stream thread and must neither block nor throw for bad input.
 *
 * @param <E> an event
 * @param <H> the head: what is remembered of a document, see {@link HeadCodec}
 */
public interface StageHandler<E, H> {
    /** How two events of one document stand that wait for the same head of the chain. */
    enum Precedence {
        /** The arriving event takes the waiting one's place. */
        ARRIVING_SUPERSEDES,
        /** The waiting event is newer: the arriving one is superseded at once. */
        WAITING_SUPERSEDES,
        /** Both are wanted, one after the other. */
        BOTH
    }

    /** Decodes and checks a record. */
    Arrival<E, H> arrive(ConsumerRecord<byte[], byte[]> record);

    /** Compares an arriving event with one that waits. */
    Precedence compare(E arriving, E waiting);

    /**
     * Whether an arriving event that takes the running one's place is not to wait for its work, which is then cancelled and answered as
     * {@link #superseded}. Never where that work has effects, or where one after another could be cancelled without end.
     */
    default boolean overtakes(E arriving, E running) {
        return false;
    }

    /** Answers an event that a newer one displaced. */
    Answer<H> superseded(E event);

    /**
     * Decides on an event that became the head of its chain, and starts its work.
     *
     * @param head what is remembered of the document, null for nothing
     * @param quarantined whether the head may lag behind what this stage already sent (after a restart): it proves nothing
     *     unchanged then
     * @param mayAct false once this instance may have lost the partition; callable from any thread, to be asked right before an
     *     effect that Kafka does not fence
     */
    Verdict<H> plan(E event, @Nullable H head, boolean quarantined, BooleanSupplier mayAct);

    /** Answers an event whose work failed. */
    Answer<H> failed(E event, @Nullable H head, Throwable failure);

    /** Answers an event that is in the ledger but no longer in its topic: retention or compaction took it. */
    Answer<H> lost(EventRef ref);

    /**
     * What the heads of this run stand on, as a head of its own, or null where they stand by themselves: a store outside Kafka, which may be
     * replaced. Kept beside the heads. Where the last run's was another one, the inputs are read once more, and what
     * {@link #isToBeRedone} is planned again, before anything else is.
     */
    default @Nullable H basis() {
        return null;
    }

    /**
     * Whether the event is the one behind its document's head, and that head stands on another {@link #basis} than this run's. It was answered
     * already: planned again, it answers nothing, and brings the head that is true now.
     */
    default boolean isToBeRedone(E event, @Nullable H head) {
        return false;
    }

    /** The task is closed: what was cancelled may still have effects under way; wait for them at most this long. */
    default void awaitEffects(Duration atMost) {}
}
