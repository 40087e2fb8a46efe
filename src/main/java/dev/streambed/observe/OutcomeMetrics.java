package dev.streambed.observe;

import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.Timings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts and times the answers of one stage. Thread-safe. */
public final class OutcomeMetrics {
    private static final Duration FASTEST = Duration.ofMillis(1);
    private static final Duration SLOWEST = Duration.ofMinutes(10);

    private final MeterRegistry registry;
    private final Tags tags;

    /**
     * @param stage {@code embed} or {@code index}
     */
    public OutcomeMetrics(MeterRegistry registry, String pipeline, String stage) {
        this.registry = registry;
        this.tags = Tags.of("pipeline", pipeline, "stage", stage);
    }

    /** An event was answered. */
    public void ended(Outcome outcome, @Nullable Reason reason, Timings timings) {
        String code = reason == null ? "none" : reason.code().wireName();
        registry.counter("streambed.outcomes", tags.and("outcome", outcome.inLowerCase(), "reason", code))
                .increment();
        step("queue", timings.queueMillis());
        if (outcome == Outcome.INDEXED) {
            step("tokenize", timings.tokenizeMillis());
            step("embed", timings.embedMillis());
        }
        if (outcome == Outcome.INDEXED || outcome == Outcome.DELETED) {
            step("index", timings.indexMillis());
        }
        step("total", timings.totalMillis());
    }

    /** An event was in the wrong partition, and sent on. */
    public void sentOn(String lane) {
        registry.counter("streambed.sent.on", tags.and("lane", lane)).increment();
    }

    private void step(String name, long millis) {
        Timer.builder("streambed.step")
                .description("time of one step of an answered event")
                .tags(tags.and("step", name))
                .publishPercentileHistogram()
                .minimumExpectedValue(FASTEST)
                .maximumExpectedValue(SLOWEST)
                .register(registry)
                .record(Duration.ofMillis(Math.max(0, millis)));
    }
}
