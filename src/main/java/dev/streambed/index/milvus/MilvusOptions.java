package dev.streambed.index.milvus;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the collection is and what it must be.
 *
 * @param uri for instance {@code http://127.0.0.1:19530}; {@code https} switches TLS on
 * @param token {@code user:password} or an API key; null where the server asks for none. Never logged
 * @param database null: the server's default
 * @param collection a name or an alias; created where it is missing
 * @param dimension of a vector, 1..32,768
 * @param pipelineFingerprint what made the vectors; a collection of another is refused
 * @param tls how an {@code https} server is known; not looked at with {@code http}
 * @param rpcDeadline of each call and of connecting, 100 ms..60 s; 2..5 s is sensible
 */
public record MilvusOptions(
        String uri,
        @Nullable String token,
        @Nullable String database,
        String collection,
        int dimension,
        String pipelineFingerprint,
        MilvusTls tls,
        Duration rpcDeadline) {
    public MilvusOptions {
        if (!collection.matches("[A-Za-z_][A-Za-z0-9_]{0,254}")) {
            throw new IllegalArgumentException("milvus.collection is '" + collection
                    + "': it takes letters, digits and underscores, at most 255, and begins with no digit");
        }
        if (dimension < 1 || dimension > 32_768) {
            throw new IllegalArgumentException("dimension is " + dimension + ": Milvus takes 1..32768");
        }
        if (rpcDeadline.toMillis() < 100 || rpcDeadline.toSeconds() > 60) {
            throw new IllegalArgumentException(
                    "the deadline of a call is " + rpcDeadline + ": 100 ms..60 s, 2..5 s is sensible");
        }
    }

    /** With {@link MilvusTls#DEFAULT}. */
    public MilvusOptions(
            String uri,
            @Nullable String token,
            @Nullable String database,
            String collection,
            int dimension,
            String pipelineFingerprint,
            Duration rpcDeadline) {
        this(uri, token, database, collection, dimension, pipelineFingerprint, MilvusTls.DEFAULT, rpcDeadline);
    }

    /** Whether the connection is encrypted. */
    boolean isSecure() {
        return uri.startsWith("https:");
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Milvus at " + uri + (database == null ? "" : ", database " + database) + ", collection " + collection;
    }
}
