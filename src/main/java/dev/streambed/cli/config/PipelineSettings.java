package dev.streambed.cli.config;

import java.util.regex.Pattern;

/**
 * A pipeline: a name bound to a model, its chunking, its log and its collection.
 *
 * @param name 1..63 lower-case letters, digits and dashes, no dash first
 */
public record PipelineSettings(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    public PipelineSettings {
        Check.matches("pipeline.name", name, NAME);
    }

    /** The application id of EMBED. */
    public String embedApplicationId() {
        return "streambed-" + name + "-embed";
    }

    /** The application id of INDEX. */
    public String indexApplicationId() {
        return "streambed-" + name + "-index";
    }
}
