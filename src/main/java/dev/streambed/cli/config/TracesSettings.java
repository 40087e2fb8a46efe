package dev.streambed.cli.config;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where spans go.
 *
 * @param endpoint {@code http://host:port} or {@code https://…}, with or without a path; null for no traces
 * @param sampleRatio of the traces that begin here, 0..1
 * @param serviceName what the service is called in traces, or null for the usual
 * @param headersFile headers for the endpoint, a line each, or null; not read here, so that no secret is in the settings
 */
public record TracesSettings(
        @Nullable URI endpoint,
        double sampleRatio,
        @Nullable String serviceName,
        @Nullable Path headersFile) {
    public TracesSettings {
        if (endpoint != null
                && (!("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))
                        || endpoint.getHost() == null
                        || endpoint.getUserInfo() != null)) {
            throw new InvalidValueException(
                    "traces.endpoint",
                    "must be http://host:port or https://host:port, perhaps with a path, and no more");
        }
        Check.range("traces.sample-ratio", sampleRatio, 0, 1);
    }
}
