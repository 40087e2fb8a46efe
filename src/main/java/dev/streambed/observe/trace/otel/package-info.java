/** Traces by OpenTelemetry: its SDK, and its exporter over OTLP and HTTP. Nothing here is loaded where no endpoint is configured. */
@org.jspecify.annotations.NullMarked
package dev.streambed.observe.trace.otel;
