package dev.streambed.observe.trace.otel;

import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.observe.trace.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Traces by OpenTelemetry's SDK. Thread-safe. Owns the threads of the SDK, all daemons; what they cannot deliver is lost and counted
 * ({@link BoundedExport}), and nothing waits for it but {@link #close}.
 */
public final class OtelTracing implements Tracing {
    private static final Logger LOG = LoggerFactory.getLogger(OtelTracing.class);
    private static final Duration FLUSH = Duration.ofSeconds(2);

    /** Of one request, its repetitions included. */
    private static final Duration EXPORT = Duration.ofSeconds(10);

    /** Gets over a request that a collector refuses for being busy, or a connection that it has closed; not over its restart. */
    private static final RetryPolicy RETRY = RetryPolicy.builder()
            .setMaxAttempts(3)
            .setInitialBackoff(Duration.ofMillis(500))
            .build();

    /** More than that many documents in one batch are not linked; the span says how many were left out. */
    private static final int MOST_LINKS = 256;

    /** As many chars as the longest document id has bytes. */
    private static final int LONGEST_VALUE = 512;

    private static final String TRACEPARENT = "traceparent";

    private static final TextMapGetter<String> HEADER = new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable String header, String key) {
            return key.equals(TRACEPARENT) ? header : null;
        }
    };

    private final SdkTracerProvider provider;
    private final BoundedExport export;
    private final Tracer tracer;

    private OtelTracing(SdkTracerProvider provider, BoundedExport export, String version) {
        this.provider = provider;
        this.export = export;
        this.tracer = provider.get("dev.streambed", version);
    }

    /** Starts the threads; connects when there is something to send. */
    public static OtelTracing start(ExportOptions options, MeterRegistry registry) {
        // The SDK logs by java.util.logging, which would print.
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(options.url().toString())
                .setConnectTimeout(EXPORT)
                .setTimeout(EXPORT)
                .setRetryPolicy(RETRY);
        options.headers().forEach(exporter::addHeader);
        BoundedExport export = new BoundedExport(exporter.build(), options.url(), EXPORT, registry);
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(resource(options)))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(options.sampleRatio())))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxNumberOfLinks(MOST_LINKS)
                        .setMaxAttributeValueLength(LONGEST_VALUE)
                        .build())
                .addSpanProcessor(export)
                .build();
        LOG.info("Tracing: {}", options);
        return new OtelTracing(provider, export, options.version());
    }

    private static Resource resource(ExportOptions options) {
        return Resource.create(Attributes.builder()
                .put("service.name", options.service())
                .put("service.version", options.version())
                .put("service.instance.id", UUID.randomUUID().toString())
                .put("streambed.pipeline", options.pipeline())
                .build());
    }

    @Override
    public TraceSpan begin(SpanName name, String target, @Nullable String traceparent) {
        Context parent = contextOf(traceparent);
        SpanContext before = Span.fromContext(parent).getSpanContext();
        if (before.isValid() && !before.isSampled()) {
            return NoSpan.NONE; // whoever sent it has decided
        }
        return OtelSpan.of(tracer, OtelSpan.start(tracer, name, target, parent));
    }

    @Override
    public TraceSpan resume(SpanName name, String target, @Nullable String traceparent) {
        Context parent = contextOf(traceparent);
        return Span.fromContext(parent).getSpanContext().isSampled()
                ? OtelSpan.of(tracer, OtelSpan.start(tracer, name, target, parent))
                : NoSpan.NONE;
    }

    /** The root where the header says nothing that can be understood. */
    private static Context contextOf(@Nullable String traceparent) {
        return traceparent == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, HEADER);
    }

    @Override
    public void close() {
        var unused = provider.shutdown().join(FLUSH.toMillis(), TimeUnit.MILLISECONDS);
        export.sayWhatIsLost();
    }
}
