package dev.streambed.embed;

import dev.streambed.embed.batch.Priority;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The threads that cut texts, so that a stream thread never does. Any thread may call it. A query goes before interactive texts, these
 * before bulk ones; a priority that was passed over {@value #PATIENCE} times goes before higher ones once, so that nobody starves. Thus an
 * interactive text waits for a few others at most, however large a backlog arrived before it.
 */
final class TokenizerPool implements AutoCloseable {
    /** Texts of others that a waiting priority lets pass. */
    static final int PATIENCE = 8;

    private static final long CLOSE_SECONDS = 10;

    /** A piece of work; exactly one of the two is called. */
    interface Task {
        void run();

        /** The pool is closed. */
        void refuse(RuntimeException why);
    }

    private static final class Line {
        final Queue<Task> tasks = new ArrayDeque<>();
        int passedOver;
    }

    private final Map<Priority, Line> lines = new EnumMap<>(Priority.class); // in order of priority; guarded by itself
    private final ThreadPoolExecutor executor;

    TokenizerPool(int threads) {
        for (Priority priority : Priority.values()) {
            lines.put(priority, new Line());
        }
        AtomicInteger number = new AtomicInteger();
        this.executor =
                new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), runnable -> {
                    Thread thread = new Thread(runnable, "streambed-tokenize-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Queues a task; the pool's threads take as many turns as there are tasks, and each takes whose turn it is then. */
    void execute(Priority priority, Task task) {
        synchronized (lines) {
            lines.computeIfAbsent(priority, unused -> new Line()).tasks.add(task);
        }
        try {
            executor.execute(this::turn);
        } catch (RejectedExecutionException closing) {
            refuseAll();
        }
    }

    private void turn() {
        Task task = next();
        if (task != null) {
            task.run();
        }
    }

    /** Whose turn it is; null where the pool was closed meanwhile. */
    private @Nullable Task next() {
        synchronized (lines) {
            Line chosen = null;
            for (Line line : lines.values()) {
                boolean waits = !line.tasks.isEmpty();
                if (waits && (chosen == null || line.passedOver >= PATIENCE)) {
                    chosen = line;
                }
            }
            for (Line line : lines.values()) {
                line.passedOver = line != chosen && !line.tasks.isEmpty() ? line.passedOver + 1 : 0;
            }
            return chosen == null ? null : chosen.tasks.poll();
        }
    }

    private void refuseAll() {
        List<Task> waiting = new ArrayList<>();
        synchronized (lines) {
            for (Line line : lines.values()) {
                waiting.addAll(line.tasks);
                line.tasks.clear();
            }
        }
        // A cancellation, no failure: the work is given back, and the next start does it.
        waiting.forEach(task -> task.refuse(new CancellationException("the embedder is closed")));
    }

    /** Refuses what waits and ends the threads, within 10 s. */
    @Override
    public void close() {
        List<Runnable> unused = executor.shutdownNow();
        refuseAll();
        try {
            boolean unusedToo = executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
