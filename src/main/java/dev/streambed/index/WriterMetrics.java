package dev.streambed.index;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * What the writer tells. Thread-safe.
 *
 * <p>{@code streambed.index.call} (op: upsert, delete): time of a call, refused ones too; {@code streambed.index.call.rows}: how many rows or
 * ids it carried; {@code streambed.index.retries} (kind): calls to be made again; {@code streambed.index.poison}: documents refused; and, now,
 * {@code streambed.index.inflight} calls, {@code streambed.index.queued.documents}, {@code streambed.index.queued.rows} in no call yet, and
 * {@code streambed.index.hold}, 1 while the store refuses.
 */
final class WriterMetrics {
    private final MeterRegistry registry;
    private final List<Meter> gauges = new ArrayList<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Timer upserts;
    private final Timer deletes;
    private final DistributionSummary upsertRows;
    private final DistributionSummary deleteIds;
    private final Counter poison;

    WriterMetrics(MeterRegistry registry, IntSupplier documents, IntSupplier rows, IntSupplier held) {
        this.registry = registry;
        this.upserts = call("upsert");
        this.deletes = call("delete");
        this.upsertRows = rows("upsert");
        this.deleteIds = rows("delete");
        this.poison = registry.counter("streambed.index.poison");
        gauge("streambed.index.inflight", inFlight::get);
        gauge("streambed.index.queued.documents", documents);
        gauge("streambed.index.queued.rows", rows);
        gauge("streambed.index.hold", held);
    }

    private Timer call(String op) {
        return Timer.builder("streambed.index.call")
                .tag("op", op)
                .publishPercentileHistogram()
                .register(registry);
    }

    private DistributionSummary rows(String op) {
        return DistributionSummary.builder("streambed.index.call.rows")
                .tag("op", op)
                .register(registry);
    }

    private void gauge(String name, IntSupplier value) {
        gauges.add(Gauge.builder(name, value, IntSupplier::getAsInt)
                .strongReference(true)
                .register(registry));
    }

    void begin() {
        inFlight.incrementAndGet();
    }

    void end(boolean delete, int size, long nanos) {
        inFlight.decrementAndGet();
        (delete ? deletes : upserts).record(nanos, TimeUnit.NANOSECONDS);
        (delete ? deleteIds : upsertRows).record(size);
    }

    void retry(IndexException.Kind kind) {
        registry.counter("streambed.index.retries", "kind", kind.name()).increment();
    }

    void poison() {
        poison.increment();
    }

    /** Takes the gauges out of the registry: they hold on to the writer. */
    void close() {
        gauges.forEach(registry::remove);
    }
}
