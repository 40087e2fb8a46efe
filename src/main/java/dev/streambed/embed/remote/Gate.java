package dev.streambed.embed.remote;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import dev.streambed.embed.batch.Admission;
import dev.streambed.embed.remote.RemoteException.Kind;
import dev.streambed.observe.HoldCode;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may call the service, and when: an adaptive limit of the calls at once, the pause a throttling service asks for, and a circuit
 * breaker while it is not there. Thread-safe.
 *
 * <p>The limit grows by one with each good call while half of it is in use, and shrinks by a fifth where the service throttles, is too
 * slow for the deadline, or takes longer than half of it (AIMD). AIMD and not a limit that compares latencies (Vegas, Gradient): a
 * call of 32 long texts takes many times as long as one of a word, whatever the load, and would be taken for congestion.
 *
 * <p>The breaker opens when half of the last ten calls failed, three at least, and at once on a refusal that is a matter of
 * configuration. It waits for 0.2 s doubling to 5 s, half of that more or less, then lets one call try. Calls carry the epoch they
 * began in: of several that fail together only the first counts, and a success that began before the failure proves nothing since.
 */
final class Gate implements Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final long LOG_EVERY = TimeUnit.SECONDS.toNanos(30);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int FIRST_LIMIT = 4;
    private static final double SHRINK = 0.8;

    private final String service;
    private final IntervalFunction backoff;
    private final LongSupplier nanoClock;
    private final Limit limit;
    private final CircuitBreaker breaker;
    private final Map<Kind, Long> loggedAt = new EnumMap<>(Kind.class);

    private int turns;
    private int epoch;
    private int throttles;
    private boolean paused;
    private long pausedUntil;
    private long reopensAt;
    private boolean trying;
    private boolean logged;
    private boolean closed;
    private volatile @Nullable String reason;
    private volatile @Nullable HoldCode code;

    /**
     * @param service its address, for people
     * @param maxConcurrency the limit's limit
     * @param deadline of a call
     * @param backoff milliseconds to wait after so many failures, from 1; see {@link #standardBackoff}
     */
    Gate(String service, int maxConcurrency, Duration deadline, IntervalFunction backoff, LongSupplier nanoClock) {
        this.service = service;
        this.backoff = backoff;
        this.nanoClock = nanoClock;
        this.limit = AIMDLimit.newBuilder()
                .initialLimit(Math.min(FIRST_LIMIT, maxConcurrency))
                .minLimit(1)
                .maxLimit(maxConcurrency)
                .backoffRatio(SHRINK)
                .timeout(deadline.toNanos() / 2, TimeUnit.NANOSECONDS)
                .build();
        this.breaker = CircuitBreaker.of(
                "embedder",
                CircuitBreakerConfig.custom()
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(10)
                        .minimumNumberOfCalls(3)
                        .failureRateThreshold(50)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitIntervalFunctionInOpenState(this::openFor)
                        .clock(new SteadyClock(nanoClock))
                        .build());
    }

    /** 200 ms doubling to 5 s, jittered by half either way: a service that is back is used within seconds. */
    static IntervalFunction standardBackoff() {
        return IntervalFunction.ofExponentialRandomBackoff(200, 2, 0.5, 5_000);
    }

    /** Called by the breaker when it opens, under this gate's lock. */
    private long openFor(int attempt) {
        long millis = backoff.apply(attempt);
        reopensAt = nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
        return millis;
    }

    @Override
    public synchronized long admit() {
        if (closed) {
            return UNTIL_A_BATCH_ENDS;
        }
        long now = nanoClock.getAsLong();
        if (paused && pausedUntil - now > 0) {
            return pausedUntil - now;
        }
        paused = false;
        if (turns >= limit.getLimit()) {
            return UNTIL_A_BATCH_ENDS;
        }
        if (!breaker.tryAcquirePermission()) {
            // The breaker wants the time to be past, not reached.
            return breaker.getState() == State.OPEN ? Math.max(0, reopensAt - now) + MILLI : UNTIL_A_BATCH_ENDS;
        }
        trying = breaker.getState() == State.HALF_OPEN;
        turns++;
        return 0;
    }

    @Override
    public synchronized int free() {
        return breaker.getState() == State.CLOSED ? limit.getLimit() - turns : 0;
    }

    @Override
    public synchronized void leave() {
        turns--;
        letAnotherTry(); // a turn of which nobody wanted the result any more was no try
    }

    /** A call begins; what is returned is handed in with its outcome. */
    synchronized int begin() {
        return epoch;
    }

    /** The service gave vectors. */
    synchronized void answered(int begun, long nanos) {
        limit.onSample(nanoClock.getAsLong() - nanos, nanos, turns, false);
        if (begun != epoch) {
            return;
        }
        trying = false;
        throttles = 0;
        if (breaker.getState() == State.OPEN) {
            breaker.transitionToClosedState(); // a call that was under way, and began after what opened it
        } else {
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        }
        if (reason != null) {
            reason = null;
            code = null;
            if (logged) {
                LOG.info("The embedder {} answers again", service);
                logged = false;
            }
        }
    }

    /** It gave none. What may be a text's fault changes nothing here, but for the limit where it was too slow. */
    synchronized void failed(int begun, long nanos, RemoteException failure) {
        boolean first = begun == epoch;
        if (failure.tooSlow() || (first && failure.kind() == Kind.THROTTLED)) {
            limit.onSample(nanoClock.getAsLong() - nanos, nanos, turns, true);
        }
        switch (failure.kind()) {
            case THROTTLED -> throttled(first, failure);
            case UNAVAILABLE -> unavailable(first, nanos, failure);
            case STOPPED -> stopped(first, nanos, failure);
            case FAILED, REFUSED, CLOSED -> {}
        }
    }

    private void throttled(boolean first, RemoteException failure) {
        throttles = first ? throttles + 1 : throttles;
        Duration asked = failure.retryAfter();
        long pause = TimeUnit.MILLISECONDS.toNanos(backoff.apply(Math.max(1, throttles)));
        long until = nanoClock.getAsLong() + Math.max(pause, asked == null ? 0 : asked.toNanos());
        if (!paused || until - pausedUntil > 0) {
            pausedUntil = until;
        }
        paused = true;
        letAnotherTry();
        if (first) {
            hold(failure);
        }
    }

    private void unavailable(boolean first, long nanos, RemoteException failure) {
        if (first && breaker.getState() != State.OPEN) {
            trying = false;
            breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
            if (breaker.getState() == State.OPEN) {
                hold(failure);
            }
        }
    }

    private void stopped(boolean first, long nanos, RemoteException failure) {
        if (first && breaker.getState() != State.OPEN) {
            trying = false;
            if (breaker.getState() == State.HALF_OPEN) {
                breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
            } else {
                breaker.transitionToOpenState();
            }
            hold(failure);
        }
    }

    private void hold(RemoteException failure) {
        epoch++;
        code = codeOf(failure.kind());
        reason = "the embedder " + service + " is held (" + failure.kind() + "): " + failure.getMessage();
        long now = nanoClock.getAsLong();
        Long last = loggedAt.get(failure.kind());
        if (last == null || now - last >= LOG_EVERY) { // a service that comes and goes must not fill the log
            loggedAt.put(failure.kind(), now);
            logged = true;
            LOG.warn("Embedding waits: {}", reason);
        }
    }

    private void letAnotherTry() {
        if (trying) {
            trying = false;
            breaker.releasePermission();
        }
    }

    /** Why nothing is called at present, for people, or null. */
    @Nullable
    String reason() {
        return reason;
    }

    /** The same in a word, or null. */
    @Nullable
    HoldCode holdCode() {
        return code;
    }

    private static HoldCode codeOf(Kind kind) {
        return switch (kind) {
            case THROTTLED -> HoldCode.EMBEDDER_THROTTLED;
            case STOPPED -> HoldCode.EMBEDDER_REFUSED;
            case UNAVAILABLE, FAILED, REFUSED, CLOSED -> HoldCode.EMBEDDER_UNAVAILABLE;
        };
    }

    /** Calls at once at present. */
    int limit() {
        return limit.getLimit();
    }

    /** Whether the breaker keeps calls back, all or all but one. */
    boolean isBroken() {
        return breaker.getState() != State.CLOSED;
    }

    /** Admits nobody any more. */
    synchronized void close() {
        closed = true;
    }
}
