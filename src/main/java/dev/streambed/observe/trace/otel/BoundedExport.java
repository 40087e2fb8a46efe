package dev.streambed.observe.trace.otel;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds at most {@value #CAPACITY} ended spans until they are delivered; what comes beyond is dropped, and so is what cannot be delivered.
 * Both are counted. Thread-safe; ending a span never waits.
 *
 * <p>The SDK's own processor batches and sends. Its queue has a bound too, but says of what it drops nothing that could be counted without
 * the SDK for metrics; and it counts only what waits. Here a span counts until its request has ended, so that requests that hang do not
 * pile up either.
 */
final class BoundedExport implements SpanProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedExport.class);

    /** Ended spans held; some 2 KB each. */
    static final int CAPACITY = 4_096;

    private static final int REQUEST_SPANS = 512;
    private static final Duration DELAY = Duration.ofSeconds(1);

    private final AtomicInteger held = new AtomicInteger();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final URI url;
    private final Counter exported;
    private final Counter dropped;
    private final Counter failed;
    private final SpanProcessor batches;

    /**
     * @param exporter becomes this one's
     * @param url where it sends, for people
     * @param patience how long the SDK's thread waits for one request
     */
    BoundedExport(SpanExporter exporter, URI url, Duration patience, MeterRegistry registry) {
        this.url = url;
        this.exported = counter(registry, "exported");
        this.dropped = counter(registry, "dropped");
        this.failed = counter(registry, "failed");
        this.batches = BatchSpanProcessor.builder(new Counted(exporter))
                .setMaxQueueSize(CAPACITY)
                .setMaxExportBatchSize(REQUEST_SPANS)
                .setScheduleDelay(DELAY)
                .setExporterTimeout(patience)
                .build();
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("streambed.traces.spans")
                .description(
                        "Spans ended: exported, dropped because too many were waiting, or failed because the collector did not take them")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (held.incrementAndGet() > CAPACITY) {
            held.decrementAndGet();
            dropped.increment();
        } else {
            batches.onEnd(span);
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public CompletableResultCode forceFlush() {
        return batches.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return batches.shutdown();
    }

    /** To the log, where there is something to say: what has not been delivered by now will not be. */
    void sayWhatIsLost() {
        double lost = dropped.count() + failed.count() + held.get();
        if (lost > 0) {
            LOG.warn("{} spans were not delivered to {}", (long) lost, url);
        }
    }

    /** Says it once when deliveries begin to fail, and once when they succeed again. */
    private void ended(int spans, CompletableResultCode result) {
        held.addAndGet(-spans);
        if (result.isSuccess()) {
            exported.increment(spans);
            if (failing.compareAndSet(true, false)) {
                LOG.info("Spans are delivered to {} again", url);
            }
        } else {
            failed.increment(spans);
            if (failing.compareAndSet(false, true)) {
                Throwable why = result.getFailureThrowable();
                LOG.warn(
                        "Spans cannot be delivered to {} and are lost, nothing else is: {}",
                        url,
                        why == null ? "the collector refused them" : why.getMessage());
            }
        }
    }

    /** Watches the real exporter. */
    private final class Counted implements SpanExporter {
        private final SpanExporter exporter;

        Counted(SpanExporter exporter) {
            this.exporter = exporter;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            int count = spans.size(); // the SDK clears it when it goes on
            CompletableResultCode result = start(spans);
            return result.whenComplete(() -> ended(count, result));
        }

        private CompletableResultCode start(Collection<SpanData> spans) {
            try {
                return exporter.export(spans);
            } catch (RuntimeException e) {
                return CompletableResultCode.ofExceptionalFailure(e);
            }
        }

        @Override
        public CompletableResultCode flush() {
            return exporter.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return exporter.shutdown();
        }
    }
}
