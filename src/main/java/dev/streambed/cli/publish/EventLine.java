package dev.streambed.cli.publish;

/** One line of the input that is not blank. */
public sealed interface EventLine {
    /** From 1. */
    long number();

    /**
     * A JSON object with an id; whether it is a good event is for the service to say.
     *
     * @param id becomes the record's key
     * @param value the line as it was given, without its end
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Event(long number, String id, byte[] value) implements EventLine {}

    /**
     * A line that cannot be sent.
     *
     * @param problem why, for people
     */
    record Unusable(long number, String problem) implements EventLine {}
}
