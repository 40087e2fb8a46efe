package dev.streambed.index.milvus;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * TLS to the server, for an {@code https} address; its certificate must have the address's host in it. The files are read each time a connection is
 * made, so a renewed certificate needs no restart.
 *
 * @param caFile certificates to trust, PEM; null: those that Java trusts
 * @param certificateFile our own certificate and its chain, PEM, where the server asks for one; else null
 * @param keyFile its private key, PEM, PKCS#8, not encrypted; null without a certificate
 */
public record MilvusTls(
        @Nullable Path caFile,
        @Nullable Path certificateFile,
        @Nullable Path keyFile) {
    /** What Java trusts, and no certificate of our own. */
    public static final MilvusTls DEFAULT = new MilvusTls(null, null, null);

    /** @throws IllegalArgumentException if a certificate comes without its key or without {@code caFile}, which the SDK asks for then */
    public MilvusTls {
        if ((certificateFile == null) != (keyFile == null)) {
            throw new IllegalArgumentException("a certificate and its key belong together");
        }
        if (certificateFile != null && caFile == null) {
            throw new IllegalArgumentException("with a certificate of our own, the server's CA must be named");
        }
    }
}
