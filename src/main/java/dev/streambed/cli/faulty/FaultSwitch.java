package dev.streambed.cli.faulty;

/** Which fault an embedder shows at present. Thread-safe. */
public final class FaultSwitch {
    private EmbedderFault fault = EmbedderFault.NONE; // guarded by this

    /** From now on; what hangs is let go by any other fault. */
    public synchronized void set(EmbedderFault newFault) {
        fault = newFault;
        notifyAll();
    }

    /** The fault to show now; while that is {@link EmbedderFault#HANG} this does not return. */
    synchronized EmbedderFault await() {
        try {
            while (fault == EmbedderFault.HANG) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return fault;
    }
}
