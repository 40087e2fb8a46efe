package dev.streambed.index;

import dev.streambed.index.IndexException.Kind;
import dev.streambed.index.PendingWrite.Call;
import dev.streambed.index.PendingWrite.Part;
import dev.streambed.observe.BusyRate;
import dev.streambed.observe.HoldCode;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the writes of many documents into few calls, on worker threads of its own ({@code index-writer-1}…). Work-conserving: an idle worker
 * takes what is there at once; while all are busy it gathers, and the next call is the larger for it. No flush. Only where all that waits
 * {@linkplain Write#linger may wait} does an idle worker too, until the first of it may not any more, or there is enough for a call.
 *
 * <p>A document's rows are upserted, in one call or several; when all are acknowledged its stale ids are deleted; then its future completes, on
 * the worker's thread, outside the lock: what depends on it must be quick.
 *
 * <p>Refusals: TRANSIENT waits, halves the calls (they double again with each success) and tries for ever; STOPPED waits longer; either holds
 * all workers but one that tries (see {@link Hold}). POISON is looked for by halving the call, and fails its document alone.
 */
public final class CoalescingIndexWriter implements IndexWriter {
    private static final Logger log = LoggerFactory.getLogger(CoalescingIndexWriter.class);

    private final VectorIndex index;
    private final Admission admission;
    private final WriterOptions options;
    private final WriterMetrics metrics;
    private final BusyRate busy = new BusyRate(System::nanoTime);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CallsUnderWay underWay = new CallsUnderWay();
    private final WriteQueue queue = new WriteQueue(); // guarded by lock
    private final Hold hold; // guarded by lock
    private final List<Thread> workers = new ArrayList<>();
    private int maxRows; // guarded by lock
    private boolean closed; // guarded by lock

    /**
     * Starts the workers.
     *
     * @param index not closed by this
     */
    public CoalescingIndexWriter(VectorIndex index, WriterOptions options, Backoff backoff, MeterRegistry registry) {
        this.index = index;
        this.admission = new Admission(index);
        this.options = options;
        this.maxRows = options.maxRows();
        this.hold = new Hold(backoff);
        this.metrics = new WriterMetrics(
                registry,
                () -> locked(queue::documents),
                () -> locked(queue::rows),
                () -> hold.reason() == null ? 0 : 1,
                busy::perSecond);
        for (int i = 1; i <= options.calls(); i++) {
            var worker = new Thread(this::work, "index-writer-" + i);
            worker.setDaemon(true); // a call that hangs must not keep the process from ending
            workers.add(worker);
            worker.start();
        }
    }

    @Override
    public CompletableFuture<Void> write(Write write) {
        var pending = new PendingWrite(write, System.nanoTime());
        List<PendingWrite> complete;
        lock.lock();
        try {
            if (closed) {
                pending.future.completeExceptionally(closing());
                return pending.future;
            }
            queue.add(pending);
            busy.waits(isWorkWaiting());
            complete = queue.takeComplete();
            changed.signal();
        } finally {
            lock.unlock();
        }
        var unused = pending.future.whenComplete((done, failure) -> {
            if (failure != null) {
                forget(pending);
            }
        });
        complete.forEach(each -> each.future.complete(null));
        return pending.future;
    }

    private void forget(PendingWrite pending) {
        List<PendingWrite> complete;
        lock.lock();
        try {
            queue.drop(pending);
            busy.waits(isWorkWaiting());
            complete = queue.takeComplete();
            changed.signalAll(); // the document's next write may have come in
        } finally {
            lock.unlock();
        }
        complete.forEach(each -> each.future.complete(null));
    }

    @Override
    public @Nullable String holdReason() {
        return hold.reason();
    }

    @Override
    public @Nullable HoldCode holdCode() {
        return hold.code();
    }

    @Override
    public double busyDocumentsPerSecond() {
        return busy.perSecond();
    }

    private void work() {
        for (Taken taken = take(); taken != null; taken = take()) {
            try {
                execute(taken);
            } catch (RuntimeException | Error e) { // a defect: the call must not be lost with the thread
                log.error("A call to the store failed unexpectedly; it will be tried again", e);
                refused(taken, taken.call, new IndexException(Kind.TRANSIENT, "unexpected: " + e, e), Map.of());
            } finally {
                underWay.end(taken.number);
            }
        }
    }

    @Override
    public void awaitCallsUnderWay(Duration atMost) {
        underWay.await(atMost);
    }

    private record Taken(Call call, int epoch, long number) {}

    /** Waits for a call to make; null once closed. */
    private @Nullable Taken take() {
        lock.lock();
        try {
            while (!closed) {
                long now = System.nanoTime();
                long wait = Math.max(hold.remaining(now), queue.lingerNanos(maxRows, options.lingerBytes(), now));
                Call call = wait > 0 ? null : queue.next(maxRows, options.maxBytes());
                if (call != null) {
                    busy.waits(isWorkWaiting());
                    if (!queue.isIdle()) {
                        changed.signal(); // more than fits one call: another worker's
                    }
                    return new Taken(call, hold.begin(), underWay.begin());
                }
                try {
                    long unused = changed.awaitNanos(wait > 0 ? wait : Long.MAX_VALUE);
                } catch (InterruptedException e) {
                    // Only close() interrupts, and what it sets is looked at next.
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether something waits that would be in a call if a worker were idle. Guarded by the lock. */
    private boolean isWorkWaiting() {
        return !queue.isIdle() && queue.lingerNanos(maxRows, options.lingerBytes(), System.nanoTime()) <= 0;
    }

    private void execute(Taken taken) {
        var failures = new LinkedHashMap<Part, Throwable>();
        long allowedAt = System.nanoTime(); // before it is asked: what comes after may take its time
        Call call = admission.of(taken.call, failures);
        if (call.parts().isEmpty()) {
            int unused = settle(failures, () -> hold.notCalled(taken.epoch));
            return;
        }
        IndexException refusal = null;
        ObservedCall observed = ObservedCall.begin(call, index.name(), metrics);
        BusyRate.Call measured = busy.begin();
        boolean acknowledged = false;
        try {
            send(call, allowedAt);
            observed.answered();
            acknowledged = true;
        } catch (IndexException e) {
            refusal = observed.refused(e);
        } finally {
            observed.end();
            if (!acknowledged) {
                busy.failed();
            }
        }
        if (refusal == null) {
            int finished = settle(failures, () -> {
                hold.answered(taken.epoch, System.nanoTime());
                maxRows = (int) Math.min(options.maxRows(), maxRows * 2L);
                queue.acknowledged(call);
            });
            busy.ended(measured, finished);
        } else if (refusal.kind() == Kind.POISON) {
            poisoned(taken, call, refusal, failures);
        } else {
            refused(taken, call, refusal, failures);
        }
    }

    private void send(Call call, long allowedAtNanos) throws IndexException {
        if (call.deletes()) {
            index.delete(
                    call.parts().stream().flatMap(part -> part.ids().stream()).toList(), allowedAtNanos);
        } else {
            index.upsert(
                    call.parts().stream().flatMap(part -> part.rows().stream()).toList(), allowedAtNanos);
        }
    }

    private void refused(Taken taken, Call call, IndexException refusal, Map<Part, Throwable> failures) {
        metrics.retry(refusal.kind());
        int unused = settle(failures, () -> {
            hold.refused(taken.epoch, refusal, System.nanoTime());
            if (refusal.kind() == Kind.TRANSIENT) {
                maxRows = Math.max(1, maxRows / 2);
            }
            queue.giveBack(call);
        });
    }

    private void poisoned(Taken taken, Call call, IndexException refusal, Map<Part, Throwable> failures) {
        if (call.parts().size() == 1) {
            failures.put(call.parts().get(0), refusal);
        }
        int unused = settle(failures, () -> {
            hold.answered(taken.epoch, System.nanoTime());
            if (call.parts().size() > 1) {
                queue.bisect(call);
            }
        });
    }

    /**
     * Fails what has failed, then changes the queue under the lock, then completes what is complete, outside it. In this order: once its
     * failed part has left the queue, the answer to another part of the same document, on another worker, would complete it as done.
     *
     * @return how many documents are done with it
     */
    private int settle(Map<Part, Throwable> failures, Runnable change) {
        failures.forEach((part, failure) -> {
            if (failure instanceof IndexException && !part.of().future.isDone()) {
                metrics.poison();
                log.warn("Refused for good: {}", failure.getMessage());
            }
            part.of().future.completeExceptionally(failure);
        });
        List<PendingWrite> complete;
        lock.lock();
        try {
            change.run();
            queue.abandon(failures.keySet());
            busy.waits(isWorkWaiting());
            complete = queue.takeComplete();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        complete.forEach(each -> each.future.complete(null));
        return complete.size();
    }

    /** As the interface says; waits for at most the options' {@code closeTimeout}. */
    @Override
    public void close() {
        List<PendingWrite> queued;
        lock.lock();
        try {
            closed = true;
            queued =
                    queue.all().stream().filter(each -> !endsWithItsCalls(each)).toList();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        queued.forEach(each -> each.future.completeExceptionally(closing()));
        long deadline = System.nanoTime() + options.closeTimeout().toNanos();
        for (Thread worker : workers) {
            join(worker, deadline);
            worker.interrupt();
        }
        locked(queue::all).forEach(each -> each.future.completeExceptionally(closing()));
        metrics.close();
    }

    /** Whether the calls under way are all that it needs. */
    private static boolean endsWithItsCalls(PendingWrite pending) {
        return pending.calls > 0 && pending.rows.isEmpty() && pending.stale.isEmpty();
    }

    private static void join(Thread worker, long deadline) {
        try {
            long left = deadline - System.nanoTime();
            if (left > 0) {
                TimeUnit.NANOSECONDS.timedJoin(worker, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // then the others are not waited for
        }
    }

    private static CancellationException closing() {
        return new CancellationException("the index writer is closing");
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}
