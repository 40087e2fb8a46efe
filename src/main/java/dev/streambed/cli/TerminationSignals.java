package dev.streambed.cli;

import java.util.concurrent.CompletableFuture;
import org.jline.utils.Signals;

/**
 * Turns SIGTERM and Ctrl-C into a request. A shutdown hook could not do it: after a signal the JVM ends with 143 whatever a hook does, unless
 * the hook halts it, and then nobody deletes the native libraries that were unpacked into the temporary directory.
 */
final class TerminationSignals {
    /** Which signal came first. */
    enum Signal {
        TERM,
        INT
    }

    private TerminationSignals() {}

    /**
     * Completes with the first signal. A second Ctrl-C ends the process at once with 130, for people who do not want to wait.
     *
     * @param requested may be completed by others too
     */
    static void complete(CompletableFuture<Signal> requested) {
        Signals.register("TERM", () -> requested.complete(Signal.TERM));
        Signals.register("INT", () -> {
            if (!requested.complete(Signal.INT)) {
                Runtime.getRuntime().halt(130);
            }
        });
    }
}
