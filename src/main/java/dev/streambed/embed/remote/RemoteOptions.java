package dev.streambed.embed.remote;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An embedding service, and how it is to be used.
 *
 * @param api what it speaks
 * @param url where it is; without a path, the path that is usual for the API
 * @param model its name there, and in the pipeline's fingerprint
 * @param token sent as a bearer token; null = none
 * @param dimension components of its vectors; 0 = ask it at the start
 * @param deadline for one call, from connecting to the answer's last byte
 * @param maxConcurrency most calls at once, 1 or more; how many there are, up to that, follows from how the service bears them
 * @param batchTexts most texts of a call, 1 or more
 */
public record RemoteOptions(
        EmbeddingsApi api,
        URI url,
        String model,
        @Nullable String token,
        int dimension,
        Duration deadline,
        int maxConcurrency,
        int batchTexts) {
    public RemoteOptions {
        if (dimension < 0 || deadline.toMillis() < 1 || maxConcurrency < 1 || batchTexts < 1) {
            throw new IllegalArgumentException(
                    "the dimension is " + dimension + " (0 or more), the deadline " + deadline
                            + " (1 ms or more), the most calls at once " + maxConcurrency
                            + " (1 or more), the most texts of a call "
                            + batchTexts + " (1 or more)");
        }
    }

    /** Where the calls go. */
    URI endpoint() {
        String path = url.getRawPath();
        return path == null || path.isEmpty() || path.equals("/") ? url.resolve(api.usualPath()) : url;
    }

    /** The same, with another dimension. */
    public RemoteOptions withDimension(int components) {
        return new RemoteOptions(api, url, model, token, components, deadline, maxConcurrency, batchTexts);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "RemoteOptions[" + api + " " + endpoint() + ", model=" + model + ", token="
                + (token == null ? "none" : "***") + ", dimension=" + dimension + ", deadline=" + deadline
                + ", maxConcurrency=" + maxConcurrency + ", batchTexts=" + batchTexts + "]";
    }
}
