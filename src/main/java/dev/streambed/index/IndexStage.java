package dev.streambed.index;

import dev.streambed.observe.OutcomeMetrics;
import dev.streambed.observe.StageMetrics;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.stage.Stage;
import dev.streambed.stage.StageOptions;
import dev.streambed.stage.StageRuntime;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/**
 * INDEX put together.
 *
 * @param stage how the stage runs; its only lane is the log
 * @param log what it reads
 * @param completions what it writes
 * @param bulk the lane in which nobody waits, as the log names it
 * @param completes whether this target answers the callers; of several stores one does
 * @param pipeline its name
 * @param writer owned by the caller
 * @param collection the identity of the collection it writes
 * @param fingerprint the pipeline's whose vectors that collection takes; what others made is refused
 * @param tracing of the events, owned by the caller
 * @param registry where its meters go
 * @param clock wall clock
 */
public record IndexStage(
        StageOptions stage,
        String log,
        String completions,
        String bulk,
        boolean completes,
        String pipeline,
        IndexWriter writer,
        String collection,
        String fingerprint,
        Tracing tracing,
        MeterRegistry registry,
        Clock clock) {
    /**
     * Starts it.
     *
     * @throws org.apache.kafka.common.KafkaException if a topic is missing, or the brokers do not answer
     */
    public StageRuntime start() {
        StageRuntime.seedOffsets(stage);
        Stage<IndexEvent, Indexed> asynchronous = asynchronous();
        StageRuntime runtime = StageRuntime.start(asynchronous, IndexTopology.build(asynchronous, log, completions));
        StageMetrics metrics = new StageMetrics(registry, pipeline, "index");
        metrics.watch(runtime::liveEvents, runtime::unansweredEvents);
        stage.inputs()
                .forEach(topic -> metrics.watchLane(
                        topic, () -> runtime.inFlightBytes(topic), () -> runtime.inFlightLimitBytes(topic)));
        metrics.watchProgress(runtime, StageRuntime::oldestSeconds, StageRuntime::answeredEvents);
        return runtime;
    }

    /** The asynchronous stage at the heart of {@link IndexTopology}. */
    Stage<IndexEvent, Indexed> asynchronous() {
        OutcomeMetrics metrics = OutcomeMetrics.ofIndex(registry, pipeline, bulk);
        IndexAnswers answers = new IndexAnswers(pipeline, completions, completes, metrics, clock);
        MessageSpans spans = MessageSpans.resuming(tracing, stage.applicationId());
        return new Stage<>(
                stage,
                () -> new IndexHandler(writer, () -> collection, fingerprint, answers, spans, clock),
                Indexed.CODEC);
    }
}
