package dev.streambed.cli.faults.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What other threads want the proxy's thread to do. {@link #tell} is for them, {@link #obey} and {@link #end} for the one. */
final class Commands {
    /** Something to do on the proxy's thread: quick, for it moves no bytes meanwhile. */
    interface Task {
        void run() throws IOException;
    }

    private record Command(Task task, CompletableFuture<Void> done) {}

    private final Runnable wakeUp;
    private final List<Command> waiting = new ArrayList<>(); // guarded by this
    private boolean ended; // guarded by this

    /**
     * Without any.
     *
     * @param wakeUp lets the thread know that there is something
     */
    Commands(Runnable wakeUp) {
        this.wakeUp = wakeUp;
    }

    /**
     * Has something done, and waits until it is.
     *
     * @return false if the thread has ended, and nothing was done
     * @throws UncheckedIOException if it failed
     */
    boolean tell(Task task) {
        var command = new Command(task, new CompletableFuture<>());
        synchronized (this) {
            if (ended) {
                return false;
            }
            waiting.add(command);
        }
        wakeUp.run();
        try {
            command.done().join();
            return true;
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException io ? new UncheckedIOException(io) : e;
        }
    }

    /** Does what is wanted. */
    void obey() {
        for (Command command : take()) {
            try {
                command.task().run();
                command.done().complete(null);
            } catch (IOException | RuntimeException e) {
                command.done().completeExceptionally(e);
            }
        }
    }

    private synchronized List<Command> take() {
        List<Command> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    /** Takes nothing more; what still waits fails. */
    void end() {
        synchronized (this) {
            ended = true;
        }
        var closed = new IOException("the proxy is closed");
        take().forEach(command -> command.done().completeExceptionally(closed));
    }
}
