package dev.streambed.observe.trace.otel;

import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A span of the SDK. Any thread. */
final class OtelSpan implements TraceSpan {
    private static final Map<SpanAttribute, AttributeKey<String>> TEXTS = keys(AttributeKey::stringKey);
    private static final Map<SpanAttribute, AttributeKey<Long>> NUMBERS = keys(AttributeKey::longKey);
    private static final Map<SpanAttribute, AttributeKey<Boolean>> FLAGS = keys(AttributeKey::booleanKey);

    private final Tracer tracer;
    private final Span span;

    private OtelSpan(Tracer tracer, Span span) {
        this.tracer = tracer;
        this.span = span;
    }

    /** What is left out by the sampling only has its decision to hand on. */
    static TraceSpan of(Tracer tracer, Span span) {
        return span.isRecording() ? new OtelSpan(tracer, span) : new NoSpan(header(span.getSpanContext()));
    }

    static Span start(Tracer tracer, SpanName name, String target, Context parent) {
        return builder(tracer, name, target, parent).startSpan();
    }

    private static SpanBuilder builder(Tracer tracer, SpanName name, String target, Context parent) {
        return tracer.spanBuilder(name.of(target))
                .setSpanKind(
                        switch (name.kind()) {
                            case INTERNAL -> SpanKind.INTERNAL;
                            case CLIENT -> SpanKind.CLIENT;
                            case PRODUCER -> SpanKind.PRODUCER;
                            case CONSUMER -> SpanKind.CONSUMER;
                        })
                .setParent(parent);
    }

    @Override
    public boolean isRecording() {
        return true;
    }

    @Override
    public String traceparent() {
        return header(span.getSpanContext());
    }

    /** W3C Trace Context, version 00. */
    private static String header(SpanContext context) {
        return "00-" + context.getTraceId() + '-' + context.getSpanId() + '-'
                + context.getTraceFlags().asHex();
    }

    @Override
    public TraceSpan child(SpanName name, String target) {
        return of(tracer, start(tracer, name, target, inside()));
    }

    @Override
    public TraceSpan child(SpanName name, String target, Collection<TraceSpan> all) {
        SpanBuilder builder = builder(tracer, name, target, inside());
        for (TraceSpan each : all) {
            if (each instanceof OtelSpan linked) {
                builder.addLink(linked.span.getSpanContext());
            }
        }
        Span shared = builder.startSpan();
        for (TraceSpan each : all) {
            if (each instanceof OtelSpan linked && linked != this) {
                linked.span.addLink(shared.getSpanContext());
            }
        }
        return of(tracer, shared);
    }

    private Context inside() {
        return Context.root().with(span);
    }

    @Override
    public TraceSpan set(SpanAttribute attribute, @Nullable String value) {
        if (value != null) {
            span.setAttribute(key(TEXTS, attribute), value);
        }
        return this;
    }

    @Override
    public TraceSpan set(SpanAttribute attribute, long value) {
        span.setAttribute(key(NUMBERS, attribute), value);
        return this;
    }

    @Override
    public TraceSpan set(SpanAttribute attribute, boolean value) {
        span.setAttribute(key(FLAGS, attribute), value);
        return this;
    }

    @Override
    public TraceSpan failed(String errorType) {
        span.setStatus(StatusCode.ERROR);
        return set(SpanAttribute.ERROR_TYPE, errorType);
    }

    @Override
    public void end() {
        span.end();
    }

    private static <T> Map<SpanAttribute, AttributeKey<T>> keys(Function<String, AttributeKey<T>> maker) {
        return Arrays.stream(SpanAttribute.values())
                .collect(Collectors.toMap(
                        Function.identity(),
                        attribute -> maker.apply(attribute.key()),
                        (one, other) -> one,
                        () -> new EnumMap<>(SpanAttribute.class)));
    }

    private static <T> AttributeKey<T> key(Map<SpanAttribute, AttributeKey<T>> keys, SpanAttribute attribute) {
        AttributeKey<T> key = keys.get(attribute);
        if (key == null) {
            throw new IllegalStateException(attribute + " has no key");
        }
        return key;
    }
}
