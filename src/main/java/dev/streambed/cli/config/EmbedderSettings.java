package dev.streambed.cli.config;

import io.airlift.units.Duration;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What embeds. All but the type is for a service elsewhere.
 *
 * @param type what kind of embedder
 * @param url {@code http://host:port} or {@code https://…}, with or without a path; null only with type {@code onnx}
 * @param model its name there; null only with type {@code onnx}
 * @param token sent as a bearer token, or null; the loader has put the content of {@code tokenFile} here
 * @param tokenFile where the token came from, or null
 * @param dimension components of a vector, 0..65,536; 0: ask the service
 * @param deadline of one call, 100 ms..10 min
 * @param maxConcurrency most calls at once, 1..256
 * @param batchTexts most chunks of a call, 1..2,048
 */
public record EmbedderSettings(
        Type type,
        @Nullable URI url,
        @Nullable String model,
        @Nullable String token,
        @Nullable Path tokenFile,
        int dimension,
        Duration deadline,
        int maxConcurrency,
        int batchTexts) {
    /** What kind of embedder. */
    public enum Type {
        /** A model in this process. */
        ONNX,
        /** A service with OpenAI's API. */
        OPENAI,
        /** Hugging Face's text-embeddings-inference. */
        TEI
    }

    public EmbedderSettings {
        if (url != null
                && (!("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                        || url.getHost() == null
                        || url.getUserInfo() != null
                        || url.getQuery() != null)) {
            throw new InvalidValueException(
                    "embedder.url", "must be http://host:port or https://host:port, perhaps with a path, and no more");
        }
        if (type != Type.ONNX && url == null) {
            throw new InvalidValueException("embedder.url", "must be set where embedder.type is openai or tei");
        }
        if (type != Type.ONNX && model == null) {
            throw new InvalidValueException("embedder.model", "must be set where embedder.type is openai or tei");
        }
        if (token != null && !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new InvalidValueException("embedder.token", "must be printable ASCII without spaces");
        }
        Check.range("embedder.dimension", dimension, 0, 1 << 16);
        Check.range("embedder.deadline", deadline, "100ms", "10m");
        Check.range("embedder.max-concurrency", maxConcurrency, 1, 256);
        Check.range("embedder.batch-texts", batchTexts, 1, 2048);
    }

    /** The service's address; only with a type that has one. */
    public URI requiredUrl() {
        return Objects.requireNonNull(url);
    }

    /** The model's name; only with a type that has one. */
    public String requiredModel() {
        return Objects.requireNonNull(model);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "EmbedderSettings[type=" + type + ", url=" + url + ", model=" + model + ", token="
                + (token == null ? "none" : "***") + ", dimension=" + dimension + ", deadline=" + deadline
                + ", maxConcurrency=" + maxConcurrency + ", batchTexts=" + batchTexts + "]";
    }
}
