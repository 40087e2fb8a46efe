package dev.streambed.observe.trace.otel;

import dev.streambed.completion.Outcome;
import dev.streambed.document.EventContext;
import dev.streambed.observe.trace.MessageSpans;
import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.testing.OtlpReceiver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the spans of one document cost the threads that make them, through both stages, alone in its batch and its call: the worst case.
 * {@code -prof gc} shows what is allocated, the exporter's part included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class TracingBenchmark {
    private static final String LOG = "embeddings.minilm";
    private static final ConsumerRecord<byte[], byte[]> RECORD =
            new ConsumerRecord<>("documents", 3, 1_042, "article-17".getBytes(StandardCharsets.UTF_8), new byte[700]);

    /** Without an endpoint; with one and no trace, as the ratio has it for most; and with each traced. */
    @Param({"off", "left out", "traced"})
    public String mode = "off";

    private final OtlpReceiver receiver = OtlpReceiver.start();
    private final EventContext event = new EventContext("documents-3-1042", "a-correlation", 3, null);
    private @Nullable Tracing tracing;
    private MessageSpans embed = MessageSpans.beginning(Tracing.OFF, "streambed-minilm-embed");
    private MessageSpans index = MessageSpans.resuming(Tracing.OFF, "streambed-minilm-index");

    @Setup
    public void start() {
        if (!mode.equals("off")) {
            Tracing started = OtelTracing.start(
                    new ExportOptions(
                            receiver.url(), Map.of(), mode.equals("traced") ? 1 : 0, "benchmark", "1", "minilm"),
                    new SimpleMeterRegistry());
            embed = MessageSpans.beginning(started, "streambed-minilm-embed");
            index = MessageSpans.resuming(started, "streambed-minilm-index");
            tracing = started;
        }
    }

    @TearDown
    public void stop() {
        if (tracing != null) {
            tracing.close();
        }
        receiver.close();
    }

    @Benchmark
    public @Nullable String document() {
        TraceSpan process = embed.arrived(SpanName.PROCESS_DOCUMENT, RECORD, event, "article-17");
        process.child(SpanName.CHUNK, "").set(SpanAttribute.CHUNKS, 1).end();
        shared(process, SpanName.EMBEDDINGS);
        TraceSpan toLog = MessageSpans.sending(process, SpanName.SEND_EMBEDDING, LOG, "article-17", event);
        process.set(SpanAttribute.LOG_RECORD, "upsert").end();
        EventContext logged = event.withTraceparent(toLog.traceparentOr(event.traceparent()));
        sent(toLog);
        TraceSpan written = index.arrived(SpanName.PROCESS_EMBEDDING, RECORD, logged, "article-17");
        shared(written, SpanName.UPSERT);
        TraceSpan answer = MessageSpans.sending(written, SpanName.SEND_COMPLETION, "completions", "article-17", logged);
        MessageSpans.ended(written, Outcome.INDEXED, null);
        sent(answer);
        return answer.traceparentOr(logged.traceparent());
    }

    private static void shared(TraceSpan document, SpanName name) {
        if (document.isRecording()) {
            document.child(name, "all-MiniLM-L6-v2", List.of(document))
                    .set(SpanAttribute.GEN_AI_OPERATION, name.operation())
                    .set(SpanAttribute.GEN_AI_MODEL, "all-MiniLM-L6-v2")
                    .set(SpanAttribute.BATCH_CHUNKS, 1)
                    .end();
        }
    }

    private static void sent(TraceSpan sending) {
        Runnable whenSent = sending.whenSent();
        if (whenSent != null) {
            whenSent.run();
        }
    }
}
