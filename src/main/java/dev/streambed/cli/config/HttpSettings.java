package dev.streambed.cli.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the status page, health, metrics and search listen.
 *
 * @param host loopback by default
 * @param port 0..65,535; 0: any free one
 * @param password wanted for the status page and for searches, or null; the loader has put the content of {@code passwordFile} here
 * @param passwordFile where the password came from, or null
 */
public record HttpSettings(
        String host,
        int port,
        @Nullable String password,
        @Nullable Path passwordFile) {
    private static final int SHORTEST_PASSWORD = 8;

    public HttpSettings {
        Check.notBlank("http.host", host);
        Check.range("http.port", port, 0, 65_535);
        if (password != null
                && (password.length() < SHORTEST_PASSWORD || password.chars().anyMatch(c -> c < ' '))) {
            throw new InvalidValueException(
                    "http.password", "must have " + SHORTEST_PASSWORD + " characters at least, on one line");
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "HttpSettings[host=" + host + ", port=" + port + ", password=" + (password == null ? "none" : "***")
                + "]";
    }
}
