package dev.streambed.embed.batch;

/**
 * Whether one more slot may run a batch now, for a model whose capacity is not its slots alone: a service that asks for a pause, or takes
 * fewer calls at once than there are slots. The {@link Batcher} cuts a batch only once it is admitted, so that what waits meanwhile
 * can still be overtaken and cancelled.
 *
 * <p>Any thread may call it. {@link #admit} is called under the batcher's lock: quick, never blocking, and never calling back.
 */
public interface Admission {
    /** The wait until some slot has run its batch; returned only while one does, or once nothing will be admitted any more. */
    long UNTIL_A_BATCH_ENDS = Long.MAX_VALUE;

    /** As many as there are slots. */
    Admission UNLIMITED = new Admission() {
        @Override
        public long admit() {
            return 0;
        }

        @Override
        public int free() {
            return Integer.MAX_VALUE;
        }

        @Override
        public void leave() {}
    };

    /**
     * Asks for a turn.
     *
     * @return 0 where the turn is the caller's, who must {@link #leave} it; else nanoseconds after which to ask again, or
     *     {@link #UNTIL_A_BATCH_ENDS}
     */
    long admit();

    /** Turns that could be had at present, about: what waits is shared among as many slots. */
    int free();

    /** The turn is over, however it ended. Called by the slot that had it, before it asks for the next. */
    void leave();
}
