package dev.streambed.cli.config;

import io.airlift.units.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the vectors are watched.
 *
 * @param enabled whether they are
 * @param tenantField of the metadata, or null: one tenant
 * @param maxTenants 1..1,000
 * @param baseline vectors of a baseline, at least two windows, at most 1,000,000; in memory are three windows of them
 * @param window vectors of a window, 50..10,000
 * @param windowTime the least age of a window that is judged, 1 s..7 d
 * @param canaryInterval between two rounds of the canary, 1 m..7 d
 * @param vectorsPerSecond most that are looked at, 1..10,000
 */
public record DriftSettings(
        boolean enabled,
        @Nullable String tenantField,
        int maxTenants,
        int baseline,
        int window,
        Duration windowTime,
        Duration canaryInterval,
        int vectorsPerSecond) {
    public DriftSettings {
        if (tenantField != null) {
            Check.notBlank("drift.tenant-field", tenantField);
        }
        Check.range("drift.max-tenants", maxTenants, 1, 1_000);
        Check.range("drift.window", window, 50, 10_000);
        Check.range("drift.baseline", baseline, 2L * window, 1_000_000);
        Check.range("drift.window-time", windowTime, "1s", "7d");
        Check.range("drift.canary-interval", canaryInterval, "1m", "7d");
        Check.range("drift.vectors-per-second", vectorsPerSecond, 1, 10_000);
    }
}
