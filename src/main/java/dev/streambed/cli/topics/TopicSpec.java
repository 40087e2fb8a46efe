package dev.streambed.cli.topics;

import java.util.Map;

/**
 * A topic as it should be.
 *
 * @param name with the prefix, placeholders filled in
 * @param partitions 1 or more
 * @param config the broker's names and values; what is not named is the broker's own default
 */
public record TopicSpec(String name, int partitions, Map<String, String> config) {
    public TopicSpec {
        config = Map.copyOf(config);
    }
}
