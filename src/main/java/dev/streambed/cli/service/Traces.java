package dev.streambed.cli.service;

import dev.streambed.cli.config.ConfigException;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.config.TracesSettings;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.observe.trace.otel.ExportOptions;
import dev.streambed.observe.trace.otel.OtelTracing;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The traces the configuration asks for. */
public final class Traces {
    private Traces() {}

    /**
     * {@link Tracing#OFF} without an endpoint: then OpenTelemetry is not even loaded. The caller closes it.
     *
     * @param service what it is called in traces, unless the configuration says otherwise
     * @param registry where it counts spans
     * @throws ConfigException if the file of headers cannot be read
     */
    public static Tracing open(StreambedConfig config, String service, MeterRegistry registry) {
        TracesSettings traces = config.traces();
        URI endpoint = traces.endpoint();
        if (endpoint == null) {
            return Tracing.OFF;
        }
        String version = Traces.class.getPackage().getImplementationVersion();
        return OtelTracing.start(
                new ExportOptions(
                        endpoint,
                        headers(traces.headersFile()),
                        traces.sampleRatio(),
                        Objects.requireNonNullElse(traces.serviceName(), service),
                        Objects.requireNonNullElse(version, "unknown"),
                        config.pipeline().name()),
                registry);
    }

    /** Messages name the line, never what is in it. */
    private static Map<String, String> headers(@Nullable Path file) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (file == null) {
            return headers;
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigException("traces.headers-file cannot be read: " + file, e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ConfigException(
                        "traces.headers-file must have `name: value` in each line, and has not in line " + (i + 1));
            }
            headers.put(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return headers;
    }
}
