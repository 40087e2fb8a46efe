package dev.streambed.embed.batch;

/**
 * The cells a batch may have at present: what was configured, halved each time the device ran out of memory, and given back a
 * sixteenth after every {@value #CALM} batches without that. Thread-safe.
 */
final class TokenBudget {
    /** Batches without trouble before the budget grows a step. */
    static final int CALM = 32;

    private static final int STEPS = 16;

    private final int configured;
    private int current;
    private int calm;

    TokenBudget(int configured) {
        this.configured = configured;
        this.current = configured;
    }

    synchronized int current() {
        return current;
    }

    /** A batch of this many cells did not fit. */
    synchronized void failedAt(long cells) {
        current = (int) Math.max(1, Math.min(current, cells) / 2);
        calm = 0;
    }

    /** A batch ran. */
    synchronized void succeeded() {
        if (current == configured) {
            return;
        }
        calm++;
        if (calm >= CALM) {
            calm = 0;
            current = Math.min(configured, current + Math.max(1, configured / STEPS));
        }
    }
}
