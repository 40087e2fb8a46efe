package dev.streambed.observe.drift;

import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes some of the chunks that go by: one of each document, any of them, for chunks of one document are alike, and windows with several of
 * each would differ by more than limits that were drawn chunk by chunk allow; and at most so many a second, so that watching costs a
 * fixed part of a core however fast the model is. What it takes waits in a bounded queue of references; when that is full the rest is
 * dropped. Thread-safe; never blocks.
 */
final class Sampler implements VectorObserver {
    static final int QUEUE = 1_024;

    /** Characters of a tenant's name. */
    static final int LONGEST_TENANT = 100;

    private final @Nullable String tenantField;
    private final IntUnaryOperator choice;
    private final LongSupplier nanoClock;
    private final long interval;
    private final AtomicLong nextNanos;
    private final BlockingQueue<Sample> queue = new ArrayBlockingQueue<>(QUEUE);
    private final LongAdder skipped = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /**
     * @param choice of a number below the one it is given, from any thread
     */
    Sampler(@Nullable String tenantField, int vectorsPerSecond, IntUnaryOperator choice, LongSupplier nanoClock) {
        this.tenantField = tenantField;
        this.choice = choice;
        this.nanoClock = nanoClock;
        this.interval = TimeUnit.SECONDS.toNanos(1) / vectorsPerSecond;
        this.nextNanos = new AtomicLong(nanoClock.getAsLong());
    }

    @Override
    public void embedded(Map<String, @Nullable Object> metadata, int chunks, IntFunction<Measured> chunk) {
        if (!mayTake()) {
            skipped.add(chunks);
            return;
        }
        skipped.add((long) chunks - 1);
        if (!queue.offer(new Sample(tenantOf(metadata), chunk.apply(choice.applyAsInt(chunks))))) {
            dropped.increment();
        }
    }

    private String tenantOf(Map<String, @Nullable Object> metadata) {
        if (tenantField == null) {
            return DriftOptions.ALL;
        }
        Object value = metadata.get(tenantField);
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            String tenant = value.toString();
            return tenant.isBlank()
                    ? DriftOptions.NONE
                    : tenant.length() > LONGEST_TENANT ? DriftOptions.OTHER : tenant;
        }
        return DriftOptions.NONE;
    }

    /** A second's worth may come at once; then they are spread. */
    private boolean mayTake() {
        long now = nanoClock.getAsLong();
        while (true) {
            long next = nextNanos.get();
            if (next - now > TimeUnit.SECONDS.toNanos(1)) {
                return false;
            }
            long following = (next - now < 0 ? now : next) + interval;
            if (nextNanos.compareAndSet(next, following)) {
                return true;
            }
        }
    }

    /** The oldest that waits, or null. */
    @Nullable
    Sample poll() {
        return queue.poll();
    }

    int waiting() {
        return queue.size();
    }

    /** Chunks that were passed over on purpose. */
    long skipped() {
        return skipped.sum();
    }

    /** Chunks that found the queue full. */
    long dropped() {
        return dropped.sum();
    }
}
