package dev.streambed.cli.faults.oracle;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is found wrong, counted by promise, with the first messages of each. Not thread-safe. */
final class Charges {
    private static final int MOST_MESSAGES = 10;

    /** A promise that was broken. */
    enum Kind {
        LOST,
        STALE,
        EARLY,
        WRONG
    }

    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private final Map<Kind, List<String>> messages = new EnumMap<>(Kind.class);

    /** Adds so many of a kind; nothing where there are none. */
    void add(Kind kind, int count, String message) {
        if (count > 0) {
            counts.merge(kind, count, Integer::sum);
            List<String> said = messages.computeIfAbsent(kind, each -> new ArrayList<>());
            if (said.size() < MOST_MESSAGES) {
                said.add(kind + " " + message);
            }
        }
    }

    Findings findings(int repeats) {
        return new Findings(
                counts.getOrDefault(Kind.LOST, 0),
                counts.getOrDefault(Kind.STALE, 0),
                counts.getOrDefault(Kind.EARLY, 0),
                counts.getOrDefault(Kind.WRONG, 0),
                repeats,
                messages.values().stream().flatMap(List::stream).toList());
    }
}
