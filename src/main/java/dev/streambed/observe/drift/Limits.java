package dev.streambed.observe.drift;

import java.util.Map;

/**
 * The largest distances that are chance.
 *
 * @param window vectors of the window they hold for; for a larger one they are wider than needed
 * @param values of each statistic that is known
 */
public record Limits(int window, Map<Statistic, Double> values) {
    public Limits {
        values = Map.copyOf(values);
    }
}
