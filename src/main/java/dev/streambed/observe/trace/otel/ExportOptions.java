package dev.streambed.observe.trace.otel;

import java.net.URI;
import java.util.Map;

/**
 * Where spans go, and which.
 *
 * @param endpoint of OTLP over HTTP; without a path, {@code /v1/traces} is added
 * @param headers of each request, perhaps secret
 * @param sampleRatio of the traces that begin here, 0..1; of those that came with an event the event decides
 * @param service the service's name
 * @param version of the service
 * @param pipeline its name
 */
public record ExportOptions(
        URI endpoint,
        Map<String, String> headers,
        double sampleRatio,
        String service,
        String version,
        String pipeline) {
    private static final String USUAL_PATH = "/v1/traces";

    public ExportOptions {
        headers = Map.copyOf(headers);
    }

    /** Where the requests go. */
    URI url() {
        String path = endpoint.getRawPath();
        return path == null || path.isEmpty() || path.equals("/") ? endpoint.resolve(USUAL_PATH) : endpoint;
    }

    /** Without the headers. */
    @Override
    public String toString() {
        return service + " to " + url() + ", of new traces " + sampleRatio;
    }
}
