package dev.streambed.observe.drift;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A window that was judged.
 *
 * @param closedAtMillis when
 * @param vectors in it
 * @param values of each statistic that is known
 * @param limits of each; a value above its limit is drift
 * @param meanPairwiseCosine of its vectors
 * @param meanTokens of a chunk
 * @param meanNorm before normalisation; NaN where it is not known
 */
record WindowReport(
        long closedAtMillis,
        long vectors,
        Map<Statistic, Double> values,
        Map<Statistic, Double> limits,
        double meanPairwiseCosine,
        double meanTokens,
        double meanNorm) {

    /** The statistics beyond their limits, in their order. */
    List<Statistic> moved() {
        return Stream.of(Statistic.values())
                .filter(statistic ->
                        values.getOrDefault(statistic, 0.0) > limits.getOrDefault(statistic, Double.POSITIVE_INFINITY))
                .toList();
    }

    /** For people. */
    String movedInWords() {
        return moved().stream()
                .map(statistic -> String.format(
                        Locale.ROOT,
                        "%s %.4f (limit %.4f)",
                        statistic.label(),
                        values.getOrDefault(statistic, Double.NaN),
                        limits.getOrDefault(statistic, Double.NaN)))
                .collect(Collectors.joining(", "));
    }
}
