package dev.streambed.index;

import dev.streambed.index.IndexException.Kind;
import dev.streambed.observe.HoldCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer's pause while the store refuses: nobody calls until the back-off is over, then one call alone tries, and its success ends the
 * hold for all. Guarded by the writer's lock, but for {@link #reason()} and {@link #code()}.
 *
 * <p>Calls carry the epoch they began in. Of several that fail together only the first counts, and a success that began before the failure
 * proves nothing about the store since.
 */
final class Hold {
    private static final Logger log = LoggerFactory.getLogger(Hold.class);
    private static final long LOG_EVERY = TimeUnit.SECONDS.toNanos(30);

    private final Backoff backoff;
    private volatile @Nullable String reason;
    private volatile @Nullable Kind kind;
    private int attempts;
    private int epoch;
    private boolean probing;
    private long since;
    private long until;
    private final Map<Kind, Long> loggedAt = new EnumMap<>(Kind.class);
    private boolean logged;

    Hold(Backoff backoff) {
        this.backoff = backoff;
    }

    /** Any thread. Null while there is none. */
    @Nullable
    String reason() {
        return reason;
    }

    /** Any thread. Null while there is none. */
    @Nullable
    HoldCode code() {
        Kind now = kind;
        return now == null ? null : now == Kind.STOPPED ? HoldCode.STORE_STOPPED : HoldCode.STORE_TRANSIENT;
    }

    /** Nanoseconds to wait before a call may begin: 0 now, {@code Long.MAX_VALUE} until the call that tries has ended. */
    long remaining(long now) {
        if (kind == null) {
            return 0;
        }
        return probing ? Long.MAX_VALUE : Math.max(0, until - now);
    }

    /** A call begins; what is returned is handed in with its outcome. */
    int begin() {
        probing = kind != null;
        return epoch;
    }

    /** The store answered the call, if only to refuse a row. */
    void answered(int begun, long now) {
        if (kind != null && begun == epoch) {
            if (logged) {
                log.info(
                        "The store takes writes again, after {} s and {} attempts",
                        TimeUnit.NANOSECONDS.toSeconds(now - since),
                        attempts);
                logged = false;
            }
            kind = null;
            reason = null;
            attempts = 0;
            probing = false;
            epoch++;
        }
    }

    /** Nothing was called after all: the next one tries. */
    void notCalled(int begun) {
        if (begun == epoch) {
            probing = false;
        }
    }

    void refused(int begun, IndexException refusal, long now) {
        if (begun != epoch) {
            return;
        }
        String message = String.valueOf(refusal.getMessage());
        boolean news = kind != refusal.kind();
        if (kind == null) {
            since = now;
        }
        attempts = news ? 1 : attempts + 1; // the slow steps of STOPPED begin anew
        kind = refusal.kind();
        reason = message;
        probing = false;
        epoch++;
        long wait = backoff.after(refusal.kind(), attempts).toNanos();
        until = now + wait;
        Long last = loggedAt.get(refusal.kind());
        if (last == null || now - last >= LOG_EVERY) { // a store that comes and goes must not fill the log
            loggedAt.put(refusal.kind(), now);
            logged = true;
            log.warn(
                    "Writing is held ({}, attempt {}, next in {} ms): {}",
                    refusal.kind(),
                    attempts,
                    TimeUnit.NANOSECONDS.toMillis(wait),
                    message);
        }
    }
}
