package dev.streambed.cli.faults.proxy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fault in force, for how many calls more, and the calls that hang because of it. Thread-safe. */
final class FaultSwitch {
    static final long UNTIL_SWITCHED = Long.MAX_VALUE;

    private @Nullable Fault fault; // guarded by this
    private long left; // calls; guarded by this
    private final Set<Exchange> hanging = new LinkedHashSet<>(); // guarded by this

    /**
     * Replaces the fault.
     *
     * @param to null: none
     * @param calls that it is for, 1 or more
     * @return those that hung until now, in the order they came: the caller's to take up again
     */
    synchronized List<Exchange> set(@Nullable Fault to, long calls) {
        fault = to;
        left = calls;
        List<Exchange> released = List.copyOf(hanging);
        hanging.clear();
        return released;
    }

    /** The fault for this call, which counts against its number, or null. One that is to hang is kept here. */
    synchronized @Nullable Fault take(Exchange exchange) {
        if (fault == null || left == 0 || !fault.scope().covers(exchange.method())) {
            return null;
        }
        if (left != UNTIL_SWITCHED) {
            left--;
        }
        if (fault instanceof Fault.Hang && !exchange.isEnded()) {
            hanging.add(exchange);
        }
        return fault;
    }

    synchronized int hanging() {
        return hanging.size();
    }

    /** Its caller has gone. */
    synchronized void forget(Exchange exchange) {
        hanging.remove(exchange);
    }
}
