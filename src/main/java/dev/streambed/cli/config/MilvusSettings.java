package dev.streambed.cli.config;

import io.airlift.units.Duration;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Milvus.
 *
 * @param uri {@code http://host:port} or {@code https://…}
 * @param token {@code user:password} or an API key, or null; the loader has put the content of {@code tokenFile} here
 * @param tokenFile where the token came from, or null
 * @param database the collection's database
 * @param collection its name, or null for the pipeline's: see {@link StreambedConfig#milvusCollection()}
 * @param deadline of one call, 100 ms..60 s
 */
public record MilvusSettings(
        URI uri,
        @Nullable String token,
        @Nullable Path tokenFile,
        String database,
        @Nullable String collection,
        Duration deadline) {
    private static final Pattern COLLECTION = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    public MilvusSettings {
        if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) || uri.getHost() == null) {
            throw new InvalidValueException("milvus.uri", "must be http://host:port or https://host:port");
        }
        Check.notBlank("milvus.database", database);
        if (collection != null) {
            Check.matches("milvus.collection", collection, COLLECTION);
        }
        Check.range("milvus.deadline", deadline, "100ms", "60s");
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "MilvusSettings[uri=" + uri + ", token=" + (token == null ? "none" : "***") + ", database=" + database
                + ", collection=" + collection + ", deadline=" + deadline + "]";
    }
}
