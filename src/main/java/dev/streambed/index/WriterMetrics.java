package dev.streambed.index;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;

/** What the writer tells. Thread-safe. */
final class WriterMetrics {
    private final MeterRegistry registry;
    private final List<Meter> gauges = new ArrayList<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Timer upserts;
    private final Timer deletes;
    private final DistributionSummary upsertRows;
    private final DistributionSummary deleteIds;
    private final Counter poison;
    private final Map<IndexException.Kind, Counter> retries = new EnumMap<>(IndexException.Kind.class);

    WriterMetrics(
            MeterRegistry registry,
            IntSupplier documents,
            IntSupplier rows,
            IntSupplier held,
            DoubleSupplier busyRate) {
        this.registry = registry;
        this.upserts = call("upsert");
        this.deletes = call("delete");
        this.upsertRows = rows("upsert");
        this.deleteIds = rows("delete");
        this.poison = Counter.builder("streambed.index.poison")
                .description("Documents that the store refused for what is in them")
                .register(registry);
        for (IndexException.Kind kind : IndexException.Kind.values()) {
            if (kind != IndexException.Kind.POISON) {
                retries.put(kind, retries(kind));
            }
        }
        gauge("streambed.index.inflight", "Calls to the store under way", inFlight::get);
        gauge(
                "streambed.index.queued.documents",
                "Documents that wait for the store, those in calls included",
                documents::getAsInt);
        gauge("streambed.index.queued.rows", "Rows that are in no call yet", rows::getAsInt);
        gauge("streambed.index.hold", "1 while the store refuses", held::getAsInt);
        gauge(
                "streambed.index.busy.rate",
                "Documents a second while more wait than are in calls; NaN before a second of that was seen",
                busyRate);
    }

    private Timer call(String op) {
        return Timer.builder("streambed.index.call")
                .description("One call to the store, refused ones too")
                .tag("op", op)
                .publishPercentileHistogram()
                .register(registry);
    }

    private DistributionSummary rows(String op) {
        return DistributionSummary.builder("streambed.index.call.rows")
                .description("Rows, or ids, of one call to the store")
                .tag("op", op)
                .register(registry);
    }

    private Counter retries(IndexException.Kind kind) {
        return Counter.builder("streambed.index.retries")
                .description("Calls that the store refused for now, to be made again")
                .tag("kind", kind.name())
                .register(registry);
    }

    private void gauge(String name, String description, DoubleSupplier value) {
        gauges.add(Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(description)
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
        Objects.requireNonNull(retries.get(kind)).increment();
    }

    void poison() {
        poison.increment();
    }

    /** Takes the gauges out of the registry: they hold on to the writer. */
    void close() {
        gauges.forEach(registry::remove);
    }
}
