package dev.streambed.observe;

import org.jspecify.annotations.Nullable;

/**
 * Where HTTP listens, and for whom.
 *
 * @param port 0 for any free one
 * @param password wanted for the status page and for searches, or null
 */
public record HttpOptions(String host, int port, @Nullable String password) {
    /** Without a password. */
    public static HttpOptions open(String host, int port) {
        return new HttpOptions(host, port, null);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "HttpOptions[" + host + ":" + port + ", password=" + (password == null ? "none" : "***") + "]";
    }
}
