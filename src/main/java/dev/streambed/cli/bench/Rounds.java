package dev.streambed.cli.bench;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A figure of each round. Not thread-safe. */
final class Rounds {
    private final List<Double> figures = new ArrayList<>();

    void add(double figure) {
        figures.add(figure);
    }

    @JsonValue
    List<Double> figures() {
        return List.copyOf(figures);
    }

    /** All of them, for people. */
    String inWords() {
        return figures.stream()
                .map(figure -> String.format(Locale.ROOT, "%.1f", figure))
                .collect(Collectors.joining(" "));
    }

    /** The one in the middle; the mean of the two where there is none. 0 where there are no rounds. */
    double median() {
        List<Double> sorted = figures.stream().sorted().toList();
        int half = sorted.size() / 2;
        if (sorted.isEmpty()) {
            return 0;
        }
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }
}
