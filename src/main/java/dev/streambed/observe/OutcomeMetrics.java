package dev.streambed.observe;

import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import dev.streambed.completion.Timings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times the answers of one stage. Thread-safe. On the stream thread, so a meter is looked up in the registry once and kept. What a
 * stage can answer is there from the beginning, at 0: a series that begins at 1 has no increase that an alert could see.
 */
public final class OutcomeMetrics {
    /** The counter of the bytes whose text was embedded. */
    public static final String EMBEDDED_BYTES = "streambed.embed.event.bytes";

    /** The counter of the tokens that were made of them: of documents alone, not of queries, nor of the canary of drift. */
    public static final String EMBEDDED_TOKENS = "streambed.embed.event.tokens";

    private static final Duration FASTEST = Duration.ofMillis(1);
    private static final Duration SLOWEST = Duration.ofMinutes(10);

    /** Buckets of their own, so that a target can be counted against: round numbers, which the others are not. */
    private static final Duration[] TARGETS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(1),
        Duration.ofMinutes(5)
    };

    private static final String INTERACTIVE = "interactive";
    private static final String BULK = "bulk";
    private static final String NONE = "none";

    private record Ending(String lane, Outcome outcome, String code) {}

    private record Step(String lane, String name) {}

    private final MeterRegistry registry;
    private final Tags tags;
    private final String bulkTopic;
    private final Map<Ending, Counter> endings = new ConcurrentHashMap<>();
    private final Map<Step, Timer> steps = new ConcurrentHashMap<>();
    private final Map<String, Counter> sentOn = new ConcurrentHashMap<>();
    private final Counter embeddedBytes;
    private final Counter embeddedTokens;

    private OutcomeMetrics(MeterRegistry registry, String pipeline, String stage, String bulkTopic) {
        this.registry = registry;
        this.tags = Tags.of("pipeline", pipeline, "stage", stage);
        this.bulkTopic = bulkTopic;
        this.embeddedBytes = Counter.builder(EMBEDDED_BYTES)
                .description("Keys and values of the events whose text was embedded")
                .baseUnit("bytes")
                .register(registry);
        this.embeddedTokens = Counter.builder(EMBEDDED_TOKENS)
                .description("Tokens of the events whose text was embedded")
                .register(registry);
    }

    /**
     * EMBED's.
     *
     * @param bulkTopic the lane in which nobody waits
     */
    public static OutcomeMetrics ofEmbed(MeterRegistry registry, String pipeline, String bulkTopic) {
        OutcomeMetrics metrics = new OutcomeMetrics(registry, pipeline, "embed", bulkTopic);
        Set<ReasonCode> ofOthers =
                Set.of(ReasonCode.EXPIRED, ReasonCode.SUPERSEDED, ReasonCode.EMBEDDER_FAILED, ReasonCode.INDEX_REFUSED);
        for (String lane : new String[] {INTERACTIVE, BULK}) {
            metrics.foresee(lane, Outcome.SUPERSEDED, ReasonCode.SUPERSEDED);
            metrics.foresee(lane, Outcome.EXPIRED, ReasonCode.EXPIRED);
            metrics.foresee(lane, Outcome.FAILED, ReasonCode.EMBEDDER_FAILED);
            metrics.foresee(lane, Outcome.FAILED, ReasonCode.EXPIRED);
            for (ReasonCode code : ReasonCode.values()) {
                if (!ofOthers.contains(code)) {
                    metrics.foresee(lane, Outcome.REJECTED, code);
                }
            }
            Counter unused = metrics.sentOnOf(lane);
        }
        return metrics;
    }

    /**
     * INDEX's.
     *
     * @param bulkTopic the lane in which nobody waits, as the log's records name it
     */
    public static OutcomeMetrics ofIndex(MeterRegistry registry, String pipeline, String bulkTopic) {
        OutcomeMetrics metrics = new OutcomeMetrics(registry, pipeline, "index", bulkTopic);
        for (String lane : new String[] {INTERACTIVE, BULK}) {
            metrics.foresee(lane, Outcome.INDEXED, null);
            metrics.foresee(lane, Outcome.UNCHANGED, null);
            metrics.foresee(lane, Outcome.DELETED, null);
            metrics.foresee(lane, Outcome.SUPERSEDED, ReasonCode.SUPERSEDED);
            metrics.foresee(lane, Outcome.FAILED, ReasonCode.INDEX_REFUSED);
        }
        return metrics;
    }

    private void foresee(String lane, Outcome outcome, @Nullable ReasonCode code) {
        Counter unused = ending(new Ending(lane, outcome, code == null ? NONE : code.wireName()));
    }

    /**
     * An event was answered.
     *
     * @param topic where it came from
     */
    public void ended(String topic, Outcome outcome, @Nullable Reason reason, Timings timings) {
        String lane = laneOf(topic);
        String code = reason == null ? NONE : reason.code().wireName();
        ending(new Ending(lane, outcome, code)).increment();
        step(lane, "queue", timings.queueMillis());
        if (outcome == Outcome.INDEXED) {
            step(lane, "tokenize", timings.tokenizeMillis());
            step(lane, "embed", timings.embedMillis());
        }
        if (outcome == Outcome.INDEXED || outcome == Outcome.DELETED) {
            step(lane, "index", timings.indexMillis());
        }
        step(lane, "total", timings.totalMillis());
    }

    /** The text of an event of so many bytes was embedded, as so many tokens. */
    public void embedded(long bytes, long tokens) {
        embeddedBytes.increment((double) bytes);
        embeddedTokens.increment((double) tokens);
    }

    /** An event was in the wrong partition, and sent on. */
    public void sentOn(String topic) {
        sentOnOf(laneOf(topic)).increment();
    }

    private String laneOf(String topic) {
        return topic.equals(bulkTopic) ? BULK : INTERACTIVE;
    }

    private Counter sentOnOf(String lane) {
        return sentOn.computeIfAbsent(
                lane,
                name -> Counter.builder("streambed.sent.on")
                        .description("Events that were in another partition than their key's, and sent on to it")
                        .tags(tags.and("lane", name))
                        .register(registry));
    }

    private Counter ending(Ending wanted) {
        return endings.computeIfAbsent(
                wanted,
                ending -> Counter.builder("streambed.outcomes")
                        .description("Answers to events; each is answered by the stage in which it ends")
                        .tags(tags.and(
                                "lane",
                                ending.lane(),
                                "outcome",
                                ending.outcome().inLowerCase(),
                                "reason",
                                ending.code()))
                        .register(registry));
    }

    private void step(String lane, String name, long millis) {
        steps.computeIfAbsent(
                        new Step(lane, name),
                        step -> Timer.builder("streambed.step")
                                .description(
                                        "Time of one step of an answered event; total is from the broker's append time on")
                                .tags(tags.and("lane", step.lane(), "step", step.name()))
                                .publishPercentileHistogram()
                                .serviceLevelObjectives(TARGETS)
                                .minimumExpectedValue(FASTEST)
                                .maximumExpectedValue(SLOWEST)
                                .register(registry))
                .record(Duration.ofMillis(Math.max(0, millis)));
    }
}
