package dev.streambed.cli;

import java.util.function.BooleanSupplier;

/** Where threads can be made to wait, and be waited for. Open at first; thread-safe. */
final class Gate {
    private boolean shut; // guarded by this
    private int waiting; // guarded by this

    synchronized void shut() {
        shut = true;
    }

    synchronized void open() {
        shut = false;
        notifyAll();
    }

    /** Waits while it is shut. */
    synchronized void pass() {
        waiting++;
        notifyAll();
        awaitTrue(() -> !shut);
        waiting--;
    }

    /** Waits until somebody waits. */
    synchronized void awaitSomebody() {
        awaitTrue(() -> waiting > 0);
    }

    private synchronized void awaitTrue(BooleanSupplier condition) {
        try {
            while (!condition.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
