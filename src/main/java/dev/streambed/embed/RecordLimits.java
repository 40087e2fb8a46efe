package dev.streambed.embed;

/**
 * The largest record each topic around EMBED takes, in bytes. Held against a record before it is compressed: what came compressed
 * may be larger than its own topic takes, and a record that cannot be sent would stop its partition for ever.
 *
 * @param lane of the two lanes, the smaller
 * @param log of the log of record
 * @param deadLetters of the dead letters
 */
public record RecordLimits(int lane, int log, int deadLetters) {
    /** The largest of all. */
    public int largest() {
        return Math.max(lane, Math.max(log, deadLetters));
    }
}
