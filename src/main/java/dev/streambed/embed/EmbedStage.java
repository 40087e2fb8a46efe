package dev.streambed.embed;

import dev.streambed.document.DocumentDecoder;
import dev.streambed.document.DocumentLimits;
import dev.streambed.observe.OutcomeMetrics;
import dev.streambed.observe.StageMetrics;
import dev.streambed.observe.drift.VectorObserver;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.stage.Stage;
import dev.streambed.stage.StageOptions;
import dev.streambed.stage.StageRuntime;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/**
 * EMBED put together.
 *
 * @param stage how the stage runs; its lanes are the two inputs of {@code topics}
 * @param topics what it reads and writes
 * @param pipeline its name
 * @param limits what is accepted
 * @param records what the topics take
 * @param engine owned by the caller
 * @param tracing of the events, owned by the caller
 * @param observer told of each embedded document
 * @param registry where its meters go
 * @param clock wall clock
 */
public record EmbedStage(
        StageOptions stage,
        EmbedTopics topics,
        String pipeline,
        DocumentLimits limits,
        RecordLimits records,
        EmbeddingEngine engine,
        Tracing tracing,
        VectorObserver observer,
        MeterRegistry registry,
        Clock clock) {
    /**
     * Starts it.
     *
     * @throws org.apache.kafka.common.KafkaException if a topic is missing, the lanes differ in their number of partitions, or the
     *     brokers do not answer
     */
    public StageRuntime start() {
        int partitions = StageRuntime.seedOffsets(stage).getOrDefault(topics.interactive(), 0);
        Stage<EmbedEvent, Head> asynchronous = asynchronous(partitions);
        StageRuntime runtime = StageRuntime.start(asynchronous, EmbedTopology.build(asynchronous, topics));
        StageMetrics metrics = new StageMetrics(registry, pipeline, "embed");
        metrics.watch(runtime::liveEvents, runtime::unansweredEvents);
        stage.inputs()
                .forEach(topic -> metrics.watchLane(
                        topic, () -> runtime.inFlightBytes(topic), () -> runtime.inFlightLimitBytes(topic)));
        metrics.watchProgress(runtime, StageRuntime::oldestSeconds, StageRuntime::answeredEvents);
        return runtime;
    }

    /** The asynchronous stage at the heart of {@link EmbedTopology}. */
    Stage<EmbedEvent, Head> asynchronous(int partitions) {
        OutcomeMetrics metrics = OutcomeMetrics.ofEmbed(registry, pipeline, topics.bulk());
        EmbedAnswers answers = new EmbedAnswers(pipeline, engine.fingerprint(), topics, records, metrics, clock);
        DocumentDecoder decoder = new DocumentDecoder(limits);
        MessageSpans spans = MessageSpans.beginning(tracing, stage.applicationId());
        return new Stage<>(
                stage,
                () -> new EmbedHandler(decoder, engine, topics, partitions, answers, spans, observer, clock),
                Head.CODEC);
    }
}
