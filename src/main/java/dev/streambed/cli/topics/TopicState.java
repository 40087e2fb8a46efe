package dev.streambed.cli.topics;

import java.util.List;

/**
 * How a topic compares with its description.
 *
 * @param spec the description
 * @param present whether the topic is there
 * @param differences for people, one for each setting; empty where it is absent or as described
 */
public record TopicState(TopicSpec spec, boolean present, List<String> differences) {
    public TopicState {
        differences = List.copyOf(differences);
    }

    /** Whether it is there and differs. */
    public boolean differs() {
        return !differences.isEmpty();
    }
}
