package dev.streambed.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

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
     * Shows what a lane holds, against {@code embed.in-flight-bytes} or {@code index.in-flight-bytes} for each thread.
     *
     * @param inFlightBytes asked at each scrape, from any thread
     */
    public void watchLane(String topic, LongSupplier inFlightBytes) {
        Gauge.builder("streambed.stage.in.flight", inFlightBytes, LongSupplier::getAsLong)
                .description("bytes of a lane accepted and not answered, which the gate bounds")
                .baseUnit("bytes")
                .tags(tags.and("topic", topic))
                .strongReference(true)
                .register(registry);
    }

    /**
     * Shows how many events are accepted and not retired.
     *
     * @param liveEvents asked at each scrape, from any thread
     */
    public void watch(IntSupplier liveEvents) {
        Gauge.builder("streambed.stage.live.events", liveEvents, IntSupplier::getAsInt)
                .description("events accepted and not yet durable in every respect: the ledger's length")
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }
}
