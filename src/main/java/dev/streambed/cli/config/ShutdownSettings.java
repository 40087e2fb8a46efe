package dev.streambed.cli.config;

import io.airlift.units.Duration;

/**
 * What SIGTERM does.
 *
 * @param timeout for what is in flight, 1 s..10 min
 */
public record ShutdownSettings(Duration timeout) {
    public ShutdownSettings {
        Check.range("shutdown.timeout", timeout, "1s", "10m");
    }
}
