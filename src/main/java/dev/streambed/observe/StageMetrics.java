package dev.streambed.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.search.Search;
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
     * Shows how many events are accepted and not retired. A stage that was started anew takes the place of its predecessor.
     *
     * @param liveEvents asked at each scrape, from any thread
     */
    public void watch(IntSupplier liveEvents) {
        Search before = registry.find("streambed.stage.live.events").tags(tags);
        before.meters().forEach(registry::remove);
        Gauge.builder("streambed.stage.live.events", liveEvents, IntSupplier::getAsInt)
                .description("events accepted and not yet durable in every respect: the ledger's length")
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
