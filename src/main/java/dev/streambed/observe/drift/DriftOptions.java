package dev.streambed.observe.drift;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is watched, and how closely.
 *
 * @param pipeline its name
 * @param fingerprint of the pipeline; a baseline of another one is not compared with
 * @param dimension components of a vector
 * @param tenantField the field of a document's metadata that names its tenant; null = there is one tenant, {@code all}
 * @param maxTenants watched each on its own; the rest are one, {@code other}
 * @param baseline vectors that make a baseline, twice the window at least
 * @param window vectors of a full window, 8 or more
 * @param windowTime the least age of a window that is judged
 * @param canaryInterval between two rounds of the canary
 * @param vectorsPerSecond most that are looked at
 */
public record DriftOptions(
        String pipeline,
        String fingerprint,
        int dimension,
        @Nullable String tenantField,
        int maxTenants,
        int baseline,
        int window,
        Duration windowTime,
        Duration canaryInterval,
        int vectorsPerSecond) {
    /** The tenant where there is only one, and what the model's drift is reported under. */
    public static final String ALL = "all";

    /** The tenants beyond {@code maxTenants}, together, and those whose name is too long. */
    public static final String OTHER = "other";

    /** Documents without the field. */
    public static final String NONE = "none";

    /**
     * @throws IllegalArgumentException if a number is out of its range
     */
    public DriftOptions {
        if (window < 8 || baseline < 2 * window || maxTenants < 1 || vectorsPerSecond < 1 || dimension < 1) {
            throw new IllegalArgumentException(
                    "the window has " + window + " vectors (8 or more), the baseline " + baseline
                            + " (twice the window or more), tenants are " + maxTenants + ", vectors a second "
                            + vectorsPerSecond
                            + ", components " + dimension + " (1 or more each)");
        }
    }
}
