package dev.streambed.embed.batch;

import dev.streambed.embed.batch.BatchRunner.Slot;
import dev.streambed.embed.batch.Job.Item;
import dev.streambed.embed.model.BatchModel;
import dev.streambed.observe.BusyRate;
import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.TraceSpan;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs sequences in batches, work-conserving and never on a timer: the moment a slot is free it takes what waits, and a lone text
 * on an idle machine runs at once. Batches grow by themselves while all slots are busy.
 *
 * <p>Owns one thread a slot; any thread may {@link #submit}. The queue has no bound of its own: callers bound what is in flight.
 */
public final class Batcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final JobQueue queue; // guarded by lock
    private int freeSlots; // guarded by lock
    private boolean closed; // guarded by lock
    private final Admission admission;

    private final TokenBudget budget;
    private final BatchMetrics metrics;
    private final BatchWatch watch;
    private final BusyRate busy;
    private final LongSupplier nanoClock;
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Starts the slots.
     *
     * @param slots one model a slot; each is used by its slot's thread alone
     * @param dimension components a vector must have
     * @param timeout how long a batch may be in the model before {@link #overdueReason} says so
     * @param spans of the batches
     */
    public Batcher(
            List<BatchModel> slots,
            int dimension,
            BatchOptions options,
            Duration timeout,
            ModelSpans spans,
            MeterRegistry registry,
            LongSupplier nanoClock) {
        this(
                slots.stream().map(Slot::of).toList(),
                Admission.UNLIMITED,
                dimension,
                options,
                timeout,
                spans,
                registry,
                nanoClock);
    }

    private Batcher(
            List<Slot> slots,
            Admission admission,
            int dimension,
            BatchOptions options,
            Duration timeout,
            ModelSpans spans,
            MeterRegistry registry,
            LongSupplier nanoClock) {
        this.admission = admission;
        this.queue = new JobQueue(options);
        this.budget = new TokenBudget(options);
        this.watch = new BatchWatch(timeout, nanoClock);
        this.busy = new BusyRate(nanoClock);
        this.metrics = new BatchMetrics(
                registry,
                this::queuedSequences,
                budget::current,
                watch::oldestSeconds,
                busy::perSecond,
                watch::running,
                slots.size());
        this.nanoClock = nanoClock;
        for (Slot slot : slots) {
            BatchRunner runner =
                    new BatchRunner(slot, this::giveBack, dimension, budget, metrics, watch, spans, busy, nanoClock);
            Thread thread = new Thread(() -> work(runner), "streambed-embed-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    /**
     * The same for models that take texts and perhaps not always: work comes by {@link #submit(Priority, List, List, BooleanSupplier, TraceSpan)}.
     *
     * @param admission how many of the slots may run, and when
     */
    public static Batcher ofTexts(
            List<? extends TextModel> slots,
            Admission admission,
            int dimension,
            BatchOptions options,
            Duration timeout,
            ModelSpans spans,
            MeterRegistry registry,
            LongSupplier nanoClock) {
        return new Batcher(
                slots.stream().map(Slot::of).toList(),
                admission,
                dimension,
                options,
                timeout,
                spans,
                registry,
                nanoClock);
    }

    /**
     * Queues the sequences of one text. Cancelling the future drops what has not run.
     *
     * @param sequences at least one, each with at least one token; not modified until the future is done
     * @return completed by a slot's thread: do little there. Exceptionally with what the model threw, or with
     *     {@link CancellationException} once this is closed: what was not embedded was given back, and did not fail
     */
    public CompletableFuture<BatchResult> submit(Priority priority, List<int[]> sequences) {
        return submit(priority, sequences, null, () -> true, NoSpan.NONE);
    }

    /**
     * The same with the sequences' texts, for models that take texts; the tokens then only say how long each is.
     *
     * @param texts one a sequence, or null where the model takes tokens
     * @param wanted asked by a slot's thread before each batch: quick. Once it says no, what has not run is dropped, and the future
     *     completes with {@link UnwantedException}
     * @param span of the text's document, to which the batches' are linked
     */
    public CompletableFuture<BatchResult> submit(
            Priority priority,
            List<int[]> sequences,
            @Nullable List<String> texts,
            BooleanSupplier wanted,
            TraceSpan span) {
        if (sequences.isEmpty() || sequences.stream().anyMatch(sequence -> sequence.length == 0)) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("a sequence without tokens cannot be embedded"));
        }
        Job job = new Job(priority, sequences, texts, wanted, span, nanoClock.getAsLong());
        lock.lock();
        try {
            if (closed) {
                return CompletableFuture.failedFuture(closedException());
            }
            queue.add(job);
            busy.waits(true);
            work.signalAll();
        } finally {
            lock.unlock();
        }
        // On failure too: the rest of a text is of no use then.
        var unused = job.future().whenComplete((result, failure) -> {
            if (failure != null) {
                forget(job);
            }
        });
        return job.future();
    }

    private void work(BatchRunner runner) {
        for (List<Item> batch = next(); batch != null; batch = next()) {
            try {
                runner.run(batch);
            } finally {
                admission.leave();
            }
        }
    }

    /** Waits for work, and for leave to do it; null once this is closed. */
    private @Nullable List<Item> next() {
        lock.lock();
        try {
            freeSlots++;
            if (admission != Admission.UNLIMITED) {
                work.signalAll(); // the batch that has ended here may have been what others waited for
            }
            List<Item> batch = null;
            while (batch == null && !closed) {
                long wait = queue.isEmpty() ? Admission.UNTIL_A_BATCH_ENDS : admission.admit();
                if (wait == 0) {
                    int sharing = Math.min(freeSlots - 1, Math.max(0, admission.free())) + 1;
                    batch = queue.take(budget.current(), sharing);
                    busy.waits(!queue.isEmpty());
                } else if (wait == Admission.UNTIL_A_BATCH_ENDS) {
                    work.awaitUninterruptibly();
                } else {
                    try {
                        long unused = work.awaitNanos(wait);
                    } catch (InterruptedException e) {
                        LOG.warn("A slot's thread was interrupted; nobody has reason to", e);
                    }
                }
            }
            freeSlots--;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** Once this is closed it is the caller's again, as all that waited. */
    private void giveBack(List<Item> batch) {
        boolean tooLate;
        lock.lock();
        try {
            tooLate = closed;
            if (!tooLate) {
                batch.stream().filter(item -> item.job().live()).forEach(queue::giveBack);
                busy.waits(!queue.isEmpty());
            }
        } finally {
            lock.unlock();
        }
        if (tooLate) {
            batch.forEach(item -> item.job().failed(closedException()));
        }
    }

    private void forget(Job job) {
        lock.lock();
        try {
            queue.remove(job);
            busy.waits(!queue.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    /** Why a batch that runs is taken for one that will not return, for people, or null. */
    public @Nullable String overdueReason() {
        return watch.overdueReason();
    }

    /** Tokens a second while more wait than are in the model; NaN where that was not measured. */
    public double busyTokensPerSecond() {
        return busy.perSecond();
    }

    private int queuedSequences() {
        lock.lock();
        try {
            return queue.sequences();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Fails what waits, lets running batches finish, and ends the threads, within 10 s.
     *
     * @return whether every slot has ended; only then may the model be closed
     */
    public boolean shutDown() {
        List<Job> dropped;
        lock.lock();
        try {
            closed = true;
            dropped = queue.drain();
            busy.waits(false);
            work.signalAll();
        } finally {
            lock.unlock();
        }
        dropped.forEach(job -> job.failed(closedException()));
        boolean ended = join();
        metrics.close();
        watch.close();
        return ended;
    }

    private boolean join() {
        long deadline = System.nanoTime() + CLOSE_WITHIN.toNanos();
        try {
            for (Thread thread : threads) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                thread.join(Math.max(1, left));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean ended = threads.stream().noneMatch(Thread::isAlive);
        if (!ended) {
            LOG.warn("A batch still runs {} after the batcher was closed", CLOSE_WITHIN);
        }
        return ended;
    }

    private static CancellationException closedException() {
        return new CancellationException("the embedder is closed");
    }

    @Override
    public void close() {
        shutDown();
    }
}
