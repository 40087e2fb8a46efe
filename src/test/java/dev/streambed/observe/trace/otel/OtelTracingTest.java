package dev.streambed.observe.trace.otel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.testing.OtlpReceiver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is traced, how traces go on, and what becomes of spans that nobody takes. Bit 0 of a header's flags says that it is sampled; bit 1,
 * which the SDK sets where it begins a trace, that the id is random.
 */
class OtelTracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + PARENT + "-01";
    private static final String NOT_SAMPLED = "00-" + TRACE + "-" + PARENT + "-00";

    private final OtlpReceiver receiver = OtlpReceiver.start();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private @Nullable Tracing tracing;

    @AfterEach
    void stop() {
        receiver.close();
        if (tracing != null) {
            tracing.close();
        }
    }

    @Test
    void goesOnWithASampledTraceWhateverTheRatio() {
        TraceSpan span = start(0).begin(SpanName.PROCESS_DOCUMENT, "documents", SAMPLED);

        assertThat(span.isRecording()).isTrue();
        assertThat(span.traceparent()).matches("00-" + TRACE + "-(?!" + PARENT + ")[0-9a-f]{16}-01");
        span.set(SpanAttribute.MESSAGING_OFFSET, 7).end();
        receiver.await("the span", spans -> spans.size() == 1);
        OtlpReceiver.Span sent = receiver.spans().get(0);
        assertThat(sent.name()).isEqualTo("process documents");
        assertThat(sent.kind()).isEqualTo(OtlpReceiver.Kind.CONSUMER);
        assertThat(sent.parentId()).isEqualTo(PARENT);
        assertThat(sent.attributes()).isEqualTo(Map.of("messaging.kafka.offset", 7L));
        assertThat(sent.resource())
                .containsEntry("service.name", "tested")
                .containsEntry("service.version", "1")
                .containsEntry("streambed.pipeline", "minilm")
                .containsKeys("service.instance.id", "telemetry.sdk.version");
        assertThat(receiver.requests().get(0)).containsEntry("Authorization", List.of("Bearer secret"));
    }

    @Test
    void leavesATraceAloneThatIsNotSampledWhateverTheRatio() {
        assertThat(start(1).begin(SpanName.PROCESS_DOCUMENT, "documents", NOT_SAMPLED))
                .isSameAs(NoSpan.NONE);
        assertThat(start(1).resume(SpanName.PROCESS_EMBEDDING, "log", NOT_SAMPLED))
                .isSameAs(NoSpan.NONE);
    }

    @Test
    void onlyBeginsTracesWhereItIsToldTo() {
        TraceSpan begun = start(1).begin(SpanName.PROCESS_DOCUMENT, "documents", null);

        assertThat(begun.isRecording()).isTrue();
        assertThat(start(1).resume(SpanName.PROCESS_EMBEDDING, "log", null)).isSameAs(NoSpan.NONE);
    }

    @Test
    void handsOnThatATraceWasLeftOutSoThatTheNextOneDoesNotAskTheRatioAgain() {
        TraceSpan leftOut = start(0).begin(SpanName.SEND_DOCUMENT, "documents", null);

        assertThat(leftOut.isRecording()).isFalse();
        assertThat(leftOut.traceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]");
        assertThat(leftOut.traceparentOr("own")).isEqualTo("own");
        assertThat(start(1).begin(SpanName.PROCESS_DOCUMENT, "documents", leftOut.traceparent()))
                .isSameAs(NoSpan.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "00",
                "00-1-2-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz",
                "\u0000\u00e9\ud83d\ude00"
            })
    void takesAHeaderThatCannotBeReadForNone(String hostile) {
        assertThat(start(1).resume(SpanName.PROCESS_EMBEDDING, "log", hostile)).isSameAs(NoSpan.NONE);
        String begun =
                start(1).begin(SpanName.PROCESS_DOCUMENT, "documents", hostile).traceparent();
        assertThat(begun).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]").doesNotContain(TRACE);
    }

    @Test
    void linksWhatIsSharedBothWays() {
        Tracing started = start(1);
        List<TraceSpan> documents = List.of(
                started.begin(SpanName.PROCESS_DOCUMENT, "documents", null),
                started.begin(SpanName.PROCESS_DOCUMENT, "documents", null),
                NoSpan.NONE);

        documents
                .get(0)
                .child(SpanName.EMBEDDINGS, "model", documents)
                .failed("sick")
                .end();
        documents.forEach(TraceSpan::end);

        receiver.await("three spans", spans -> spans.size() == 3);
        OtlpReceiver.Span batch = named("embeddings model").get(0);
        List<OtlpReceiver.Span> processed = named("process documents");
        assertThat(batch.links())
                .containsExactlyInAnyOrder(
                        processed.get(0).context(), processed.get(1).context());
        OtlpReceiver.Span first = processed.stream()
                .filter(span -> span.context().spanId().equals(batch.parentId()))
                .findFirst()
                .orElseThrow();
        assertThat(first.links()).isEmpty();
        assertThat(processed)
                .filteredOn(span -> !span.equals(first))
                .singleElement()
                .satisfies(other -> assertThat(other.links()).containsExactly(batch.context()));
        assertThat(batch.isError()).isTrue();
        assertThat(batch.attributes()).containsEntry("error.type", "sick");
        assertThat(first.isError()).isFalse();
    }

    @Test
    void aSpanThatIsNeverEndedLeavesNoTrace() {
        Tracing started = start(1);
        var unused = started.begin(SpanName.PROCESS_DOCUMENT, "given-up", null);
        started.begin(SpanName.PROCESS_DOCUMENT, "done", null).end();

        started.close();

        assertThat(receiver.spans()).extracting(OtlpReceiver.Span::name).containsExactly("process done");
    }

    @Test
    void losesOnlySpansAndCountsThemWhileTheCollectorHangs() {
        receiver.hang();
        Tracing started = start(1);
        int ended = 3 * BoundedExport.CAPACITY;

        for (int i = 0; i < ended; i++) {
            started.begin(SpanName.PROCESS_DOCUMENT, "documents", null).end();
        }

        assertThat(spans("dropped")).isPositive();
        receiver.goOn();
        await(() -> spans("exported") + spans("failed") + spans("dropped") == ended);
        started.begin(SpanName.PROCESS_DOCUMENT, "again", null).end();
        receiver.await("what came after", spans -> !named("process again").isEmpty());
    }

    @Test
    void countsWhatACollectorThatIsAwayDidNotTake() {
        URI nobody = receiver.url();
        receiver.close();
        Tracing started = start(1, nobody);
        started.begin(SpanName.PROCESS_DOCUMENT, "documents", null).end();

        await(() -> spans("failed") == 1);

        assertThat(spans("exported") + spans("dropped")).isZero();
    }

    @Test
    void showsNoHeaderWhereItIsPrinted() {
        assertThat(options(1, receiver.url()).toString()).contains("/v1/traces").doesNotContain("secret");
    }

    private List<OtlpReceiver.Span> named(String name) {
        return receiver.spans().stream()
                .filter(span -> span.name().equals(name))
                .toList();
    }

    private double spans(String outcome) {
        return registry.get("streambed.traces.spans")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private Tracing start(double ratio) {
        return start(ratio, receiver.url());
    }

    private Tracing start(double ratio, URI endpoint) {
        if (tracing != null) {
            tracing.close();
        }
        Tracing started = OtelTracing.start(options(ratio, endpoint), registry);
        tracing = started;
        return started;
    }

    private static ExportOptions options(double ratio, URI endpoint) {
        return new ExportOptions(endpoint, Map.of("Authorization", "Bearer secret"), ratio, "tested", "1", "minilm");
    }
}
