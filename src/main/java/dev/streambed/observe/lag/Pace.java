package dev.streambed.observe.lag;

/**
 * What the worker of a role measured of itself, in this process. NaN is what is not known yet, or is of no matter to the role.
 *
 * @param tokensPerByte tokens in the model for each byte of the events that were embedded
 * @param tokensPerSecond what the embedder does while more waits for it
 * @param recordsPerSecond documents that the writer finishes while more wait for it
 */
public record Pace(double tokensPerByte, double tokensPerSecond, double recordsPerSecond) {
    /** Nothing was measured. */
    public static final Pace UNKNOWN = new Pace(Double.NaN, Double.NaN, Double.NaN);

    /** An embedder's. */
    public static Pace ofTokens(double tokensPerByte, double tokensPerSecond) {
        return new Pace(tokensPerByte, tokensPerSecond, Double.NaN);
    }

    /** A writer's. */
    public static Pace ofRecords(double recordsPerSecond) {
        return new Pace(Double.NaN, Double.NaN, recordsPerSecond);
    }

    /** Tokens in so many bytes of events. */
    double tokensIn(double bytes) {
        return bytes * tokensPerByte;
    }

    /** How long this process alone works on so much. */
    double secondsFor(long records, double bytes) {
        double seconds =
                Double.isNaN(recordsPerSecond) ? tokensIn(bytes) / tokensPerSecond : records / recordsPerSecond;
        return records == 0 ? 0 : seconds;
    }
}
