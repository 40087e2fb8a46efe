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
 * @param caFile certificates to trust, or null for those that Java trusts
 * @param certificateFile our own certificate, or null
 * @param keyFile its key, or null
 * @param database the collection's database
 * @param collection its name, or null for the pipeline's: see {@link StreambedConfig#milvusCollection()}
 * @param deadline of one call, 100 ms..60 s
 */
public record MilvusSettings(
        URI uri,
        @Nullable String token,
        @Nullable Path tokenFile,
        @Nullable Path caFile,
        @Nullable Path certificateFile,
        @Nullable Path keyFile,
        String database,
        @Nullable String collection,
        Duration deadline) {
    private static final Pattern COLLECTION = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    public MilvusSettings {
        if (!("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                || uri.getHost() == null
                || uri.getUserInfo() != null) {
            throw new InvalidValueException("milvus.uri", "must be http://host:port or https://host:port");
        }
        checkFile("milvus.ca-file", caFile, uri);
        checkFile("milvus.certificate-file", certificateFile, uri);
        checkFile("milvus.key-file", keyFile, uri);
        if ((certificateFile == null) != (keyFile == null)) {
            throw new InvalidValueException(
                    certificateFile == null ? "milvus.certificate-file" : "milvus.key-file",
                    "must be set too: certificate and key belong together");
        }
        if (certificateFile != null && caFile == null) {
            throw new InvalidValueException("milvus.ca-file", "must be set where milvus.certificate-file is");
        }
        Check.notBlank("milvus.database", database);
        if (collection != null) {
            Check.matches("milvus.collection", collection, COLLECTION);
        }
        Check.range("milvus.deadline", deadline, "100ms", "60s");
    }

    private static void checkFile(String key, @Nullable Path file, URI uri) {
        if (file == null) {
            return;
        }
        if (!"https".equals(uri.getScheme())) {
            throw new InvalidValueException(key, "is for a milvus.uri with https only");
        }
        if (!SecretFiles.isReadable(file.toString())) {
            throw new InvalidValueException(key, "must be a file that can be read");
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "MilvusSettings[uri=" + uri + ", token=" + (token == null ? "none" : "***") + ", caFile=" + caFile
                + ", certificateFile=" + certificateFile + ", database=" + database
                + ", collection=" + collection + ", deadline=" + deadline + "]";
    }
}
