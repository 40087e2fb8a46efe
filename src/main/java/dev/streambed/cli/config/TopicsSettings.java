package dev.streambed.cli.config;

import java.util.regex.Pattern;

/**
 * The names of the topics, as CONTRACT.md fixes them.
 *
 * @param prefix put before each name; may be empty
 */
public record TopicsSettings(String prefix) {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,100}");

    public TopicsSettings {
        Check.matches("topics.prefix", prefix, PREFIX);
    }

    /** The interactive lane. */
    public String documents() {
        return prefix + "documents";
    }

    /** The bulk lane. */
    public String documentsBulk() {
        return prefix + "documents.bulk";
    }

    /** The log of record of a pipeline. */
    public String embeddings(String pipeline) {
        return prefix + "embeddings." + pipeline;
    }

    /** The baselines and the canary's reference of a pipeline. */
    public String drift(String pipeline) {
        return prefix + "drift." + pipeline;
    }

    /** The answers. */
    public String completions() {
        return prefix + "completions";
    }

    /** What was rejected. */
    public String deadLetters() {
        return prefix + "dead-letters";
    }
}
