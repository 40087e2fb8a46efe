package dev.streambed.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.IntSupplier;

/** What can be seen of a running stage. Thread-safe. */
public final class StageMetrics {
    private final MeterRegistry registry;
    private final Tags tags;

    /**
     * @param stage {@code embed} or {@code index}
     */
    public StageMetrics(MeterRegistry registry, String pipeline, String stage) {
        this.registry = registry;
        this.tags = Tags.of("pipeline", pipeline, "stage", stage);
    }

    /**
     * Shows how many events are in flight.
     *
     * @param liveEvents accepted and not retired; asked at each scrape, from any thread
     * @param unansweredEvents accepted and not answered, likewise
     */
    public void watch(IntSupplier liveEvents, IntSupplier unansweredEvents) {
        Gauge.builder("streambed.stage.live.events", liveEvents, IntSupplier::getAsInt)
                .description("events accepted and not yet durable in every respect: the ledger's length")
                .tags(tags)
                .strongReference(true)
                .register(registry);
        Gauge.builder("streambed.stage.unanswered.events", unansweredEvents, IntSupplier::getAsInt)
                .description("events accepted whose result has not been sent: those whose work is waited for")
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
