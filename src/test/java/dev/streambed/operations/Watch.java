package dev.streambed.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.faults.process.Patience;
import dev.streambed.operations.AlertRules.Alert;
import dev.streambed.testing.Prometheus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Somebody before the board, who looks at one panel after the other, and at the clock. The rules are {@link ShortRules}. Owned by the test's thread.
 */
public final class Watch {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * What an alert may take beyond its rule: two scrapes, the lag's next reading (5 s), a batch that is long enough to be called stuck, a list of
     * instances that is read again (5 s), and a machine that is busy with other tests.
     */
    private static final Duration SLACK = Duration.ofSeconds(20);

    private static final String FIRING = "Alerts that fire";

    /** The interval is six scrapes. */
    private static final Map<String, String> VARIABLES =
            Map.of("pipeline", "minilm", "instance", ".*", "__rate_interval", "3s");

    private final Board board = Board.read();
    private final Set<String> unseen = new LinkedHashSet<>(board.titles());
    private final Prometheus prometheus;
    private final InstantSource clock;

    /**
     * @param clock that of Prometheus: the machine's
     */
    public Watch(Prometheus prometheus, InstantSource clock) {
        this.prometheus = prometheus;
        this.clock = clock;
    }

    /**
     * Something that alerts are to tell of.
     *
     * @param what in words
     * @param at when it began
     * @param before the alerts that fired already
     */
    public record Event(String what, Instant at, Set<String> before) {}

    /** Makes something happen. */
    public Event happens(String what, Runnable action) {
        Set<String> before = prometheus.firing();
        Instant at = clock.instant();
        action.run();
        return new Event(what, at, before);
    }

    /** What a panel shows now, by its legend. */
    public SortedMap<String, Double> sees(String title) {
        SortedMap<String, Double> lines = board.shows(prometheus, title, VARIABLES);
        if (!lines.isEmpty()) {
            unseen.remove(title);
        }
        return lines;
    }

    /**
     * Looks at a panel until it shows something: what an instant shows may be another scrape's than the alert's.
     *
     * @param shows asserts it
     */
    public void awaits(String title, Consumer<SortedMap<String, Double>> shows) {
        boolean shown = Patience.holdsWithin(PATIENCE, () -> {
            try {
                shows.accept(sees(title));
                return true;
            } catch (AssertionError notYet) {
                return false;
            }
        });
        if (!shown) {
            shows.accept(sees(title)); // says what it shows instead
        }
    }

    /** Looks at all of it. */
    public void look() {
        board.titles().forEach(this::sees);
    }

    /** The panels that have shown nothing so far. */
    public Set<String> nothingSeen() {
        return unseen;
    }

    /**
     * Waits until the board says that an alert fires, and looks at all else. Prints a row of a table: what happened, the alert, the seconds until
     * it fired, the seconds that its rule has for that here, and what it has where it is not shortened.
     *
     * @throws AssertionError if it fired before, or if that took longer than what the rule waits for, its shortest window and {@code SLACK} together
     */
    public void awaitFiring(String name, Event event) {
        assertThat(event.before()).as("alerts before: %s", event.what()).doesNotContain(name);
        Alert alert = named(name, ShortRules.alerts());
        Duration ofRule = alert.pending().plus(alert.window());
        Duration atMost = ofRule.plus(SLACK);
        String line = name + " (" + alert.severity() + ")";
        prometheus.await(
                line + " is on the board",
                atMost.compareTo(PATIENCE) > 0 ? atMost : PATIENCE,
                () -> sees(FIRING).containsKey(line));
        Duration took = Duration.between(event.at(), prometheus.firedSince(name, event.at()));
        Alert real = named(name, AlertRules.alerts());
        System.out.printf(
                Locale.ROOT,
                "| %s | `%s` | %.1f | %.1f | %s |%n",
                event.what(),
                name,
                took.toMillis() / 1000.0,
                ofRule.toMillis() / 1000.0,
                inWords(real.pending().plus(real.window())));
        assertThat(took).as("%s after: %s", name, event.what()).isLessThanOrEqualTo(atMost);
        look();
    }

    private static Alert named(String name, List<Alert> alerts) {
        return alerts.stream()
                .filter(alert -> alert.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no alert " + name));
    }

    private static String inWords(Duration duration) {
        return duration.toMinutes() < 120 ? duration.toMinutes() + " min" : duration.toHours() + " h";
    }

    /** Waits until the board says no more that an alert fires. */
    public void awaitSilent(String name) {
        awaits(FIRING, lines -> assertThat(lines.keySet()).as("alerts").noneMatch(line -> line.startsWith(name + " ")));
    }
}
