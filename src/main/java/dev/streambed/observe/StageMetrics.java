package dev.streambed.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What can be seen of a running stage. Thread-safe. */
public final class StageMetrics {
    private static final String IN_FLIGHT = "streambed.stage.in.flight";
    private static final String IN_FLIGHT_LIMIT = "streambed.stage.in.flight.limit";
    private static final String OLDEST = "streambed.stage.oldest";
    private static final String ANSWERED = "streambed.stage.answered.events";
    private static final String HOLD = "streambed.hold";
    private static final String UNANSWERED_EVENTS = "streambed.stage.unanswered.events";
    private static final String LIVE_EVENTS = "streambed.stage.live.events";
    private static final String RESTORED = "streambed.stage.restored.records";

    private final MeterRegistry registry;
    private final Tags tags;
    private final String stage;

    /**
     * @param stage {@code embed} or {@code index}
     */
    public StageMetrics(MeterRegistry registry, String pipeline, String stage) {
        this.registry = registry;
        this.tags = Tags.of("pipeline", pipeline, "stage", stage);
        this.stage = stage;
    }

    /**
     * Shows what a lane holds, in place of a stage before, against {@code embed.in-flight-bytes} or {@code index.in-flight-bytes} for each thread.
     *
     * @param inFlightBytes asked at each scrape, from any thread
     * @param limitBytes likewise: that bound, over the threads that take in
     */
    public void watchLane(String topic, LongSupplier inFlightBytes, LongSupplier limitBytes) {
        forget(IN_FLIGHT, tags.and("topic", topic));
        forget(IN_FLIGHT_LIMIT, tags.and("topic", topic));
        Gauge.builder(IN_FLIGHT_LIMIT, limitBytes, LongSupplier::getAsLong)
                .description("bytes in flight at which a lane is not read from, over the threads that read")
                .baseUnit("bytes")
                .tags(tags.and("topic", topic))
                .strongReference(true)
                .register(registry);
        Gauge.builder(IN_FLIGHT, inFlightBytes, LongSupplier::getAsLong)
                .description("bytes of a lane accepted and not answered, which the gate bounds")
                .baseUnit("bytes")
                .tags(tags.and("topic", topic))
                .strongReference(true)
                .register(registry);
    }

    /**
     * Shows how many events are in flight. A stage that was started anew takes the place of its predecessor.
     *
     * @param liveEvents accepted and not retired; asked at each scrape, from any thread
     * @param unansweredEvents accepted and not answered, likewise
     */
    public void watch(IntSupplier liveEvents, IntSupplier unansweredEvents) {
        forget(LIVE_EVENTS, tags);
        forget(UNANSWERED_EVENTS, tags);
        Gauge.builder(LIVE_EVENTS, liveEvents, IntSupplier::getAsInt)
                .description("events accepted and not yet durable in every respect: the ledger's length")
                .tags(tags)
                .strongReference(true)
                .register(registry);
        Gauge.builder(UNANSWERED_EVENTS, unansweredEvents, IntSupplier::getAsInt)
                .description("events accepted whose result has not been sent: those whose work is waited for")
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Shows whether a stage gets on, in place of a stage before.
     *
     * @param running asked at each scrape, from any thread; held weakly
     * @param oldestSeconds how long its oldest event without an answer has been in flight
     * @param answeredEvents since it was started
     */
    public <T> void watchProgress(T running, ToDoubleFunction<T> oldestSeconds, ToDoubleFunction<T> answeredEvents) {
        forget(OLDEST, tags);
        forget(ANSWERED, tags);
        Gauge.builder(OLDEST, running, oldestSeconds)
                .description(
                        "How long the oldest event without an answer has been in flight here; 0 where there is none")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder(ANSWERED, running, answeredEvents)
                .description("Events whose result the stage has sent: to the log, or to the caller")
                .tags(tags)
                .register(registry);
    }

    /**
     * Shows why a stage waits: a series for each code it can have, 1 or 0.
     *
     * @param holds asked at each scrape, from any thread: quick
     */
    public void watchHolds(Supplier<Set<HoldCode>> holds) {
        for (HoldCode code : HoldCode.of(stage)) {
            Tags ofCode = tags.and("reason", code.wireName());
            forget(HOLD, ofCode);
            Gauge.builder(HOLD, holds, held -> held.get().contains(code) ? 1 : 0)
                    .description("1 while the stage waits, and for what")
                    .tags(ofCode)
                    .strongReference(true)
                    .register(registry);
        }
    }

    /**
     * Shows what a start or a takeover had to read back, in place of a stage before: none of it with a standby, all of it on a new disk.
     *
     * @param restoredRecords since the stage was started; asked at each scrape, from any thread
     */
    public void watchRestored(LongSupplier restoredRecords) {
        forget(RESTORED, tags);
        Gauge.builder(RESTORED, restoredRecords, LongSupplier::getAsLong)
                .description("records read from changelogs since the stage was started, before its tasks began")
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /** A gauge that is registered twice would go on asking the first one. */
    private void forget(String name, Tags of) {
        registry.find(name).tags(of).meters().forEach(registry::remove);
    }
}
