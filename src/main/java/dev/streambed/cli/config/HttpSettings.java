package dev.streambed.cli.config;

/**
 * Where health, metrics and search listen.
 *
 * @param host loopback by default
 * @param port 0..65,535; 0: any free one
 */
public record HttpSettings(String host, int port) {
    public HttpSettings {
        Check.notBlank("http.host", host);
        Check.range("http.port", port, 0, 65_535);
    }
}
