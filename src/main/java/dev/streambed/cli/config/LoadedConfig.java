package dev.streambed.cli.config;

import java.util.Map;

/**
 * The configuration in force, and where each value came from.
 *
 * @param config the settings, valid
 * @param values each key with the text in force, in the order of the documentation, then other {@code kafka.} keys; a secret's text is
 *     {@link #REDACTED}; unset keys have an empty text
 */
public record LoadedConfig(StreambedConfig config, Map<String, ConfigValue> values) {
    /** Shown in place of a secret. */
    public static final String REDACTED = "***";
}
