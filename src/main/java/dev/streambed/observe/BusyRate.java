package dev.streambed.observe;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much a worker does a second while more waits for it than it has in hand: what it can do, and not what it happened to be asked for.
 * Thread-safe.
 *
 * <p>Work comes in calls, several at once. Of a call counts what falls into times in which more was waiting: a half of its units, if more was
 * waiting for half of it. From the calls that went well follow the units a second of one call, and how many ran beside each other; the
 * product is the rate. Calls that failed count for nothing: an outage says nothing of what is done without one. What is older counts less, by half
 * after some {@value #FADE_SECONDS} seconds of calls.
 */
public final class BusyRate {
    private static final int FADE_SECONDS = 60;

    /** Less than this was measured: nothing is known. */
    private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanoClock;

    // All guarded by this.
    private boolean more;
    private int running;
    private long last;
    private double busyNanos;
    private double runningNanos;
    private double units;
    private double callNanos;
    private double besideNanos;

    /** A call under way. */
    public static final class Call {
        private final long start;
        private final double busyNanos;
        private final double runningNanos;

        private Call(long start, double busyNanos, double runningNanos) {
            this.start = start;
            this.busyNanos = busyNanos;
            this.runningNanos = runningNanos;
        }
    }

    /**
     * @param nanoClock as {@link System#nanoTime}
     */
    public BusyRate(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.last = nanoClock.getAsLong();
    }

    /** Whether something waits besides what runs. To be told at every change; told again it costs next to nothing. */
    public synchronized void waits(boolean something) {
        if (something != more) {
            advance();
            more = something;
        }
    }

    /** A call begins; one of the two below ends it. */
    public synchronized Call begin() {
        advance();
        running++;
        return new Call(last, busyNanos, runningNanos);
    }

    /** It did so many units. */
    public synchronized void ended(Call call, long done) {
        advance();
        running--;
        long nanos = last - call.start;
        double busy = busyNanos - call.busyNanos;
        if (nanos > 0 && busy > 0) {
            double kept = Math.pow(0.5, busy / TimeUnit.SECONDS.toNanos(FADE_SECONDS));
            units = units * kept + done * busy / nanos;
            callNanos = callNanos * kept + busy;
            besideNanos = besideNanos * kept + (runningNanos - call.runningNanos);
        }
    }

    /** It failed, and is no measure of anything. */
    public synchronized void failed() {
        advance();
        running--;
    }

    /** Units a second, NaN while less than a second of such calls was seen. */
    public synchronized double perSecond() {
        if (callNanos < ENOUGH_NANOS) {
            return Double.NaN;
        }
        double beside = besideNanos / callNanos;
        return beside * units / callNanos * TimeUnit.SECONDS.toNanos(1);
    }

    private void advance() {
        long now = nanoClock.getAsLong();
        if (more && running > 0) {
            busyNanos += now - last;
            runningNanos += (double) (now - last) * running;
        }
        last = now;
    }
}
