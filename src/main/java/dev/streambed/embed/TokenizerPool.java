package dev.streambed.embed;

import dev.streambed.embed.batch.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that cut texts, so that a stream thread never does. Any thread may call it. A task is ordered by its arrival and a
 * handicap in places: a query overtakes what arrived up to {@value #QUERY_LEAD} tasks before it, bulk lets the next
 * {@value #BULK_LAG} pass; so nobody starves.
 */
final class TokenizerPool implements AutoCloseable {
    private static final int QUERY_LEAD = 1_000_000;
    private static final int BULK_LAG = 256;
    private static final long CLOSE_SECONDS = 10;

    /** A piece of work; exactly one of the two is called. */
    interface Task {
        void run();

        /** The pool is closed. */
        void refuse(RuntimeException why);
    }

    private record Entry(long place, long arrival, Task task) implements Runnable, Comparable<Entry> {
        @Override
        public void run() {
            task.run();
        }

        @Override
        public int compareTo(Entry other) {
            int byPlace = Long.compare(place, other.place);
            return byPlace != 0 ? byPlace : Long.compare(arrival, other.arrival);
        }
    }

    private final AtomicLong arrivals = new AtomicLong();
    private final ThreadPoolExecutor executor;

    TokenizerPool(int threads) {
        AtomicInteger number = new AtomicInteger();
        this.executor = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), runnable -> {
                    Thread thread = new Thread(runnable, "streambed-tokenize-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    void execute(Priority priority, Task task) {
        long arrival = arrivals.getAndIncrement();
        long handicap =
                switch (priority) {
                    case QUERY -> -QUERY_LEAD;
                    case INTERACTIVE -> 0;
                    case BULK -> BULK_LAG;
                };
        try {
            executor.execute(new Entry(arrival + handicap, arrival, task));
        } catch (RejectedExecutionException closing) {
            task.refuse(closed());
        }
    }

    /** A cancellation, no failure: the work is given back, and the next start does it. */
    private static CancellationException closed() {
        return new CancellationException("the embedder is closed");
    }

    /** Refuses what waits and ends the threads, within 10 s. */
    @Override
    public void close() {
        List<Runnable> waiting = new ArrayList<>(executor.shutdownNow());
        for (Runnable entry : waiting) {
            ((Entry) entry).task().refuse(closed());
        }
        try {
            boolean unused = executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
