package dev.streambed.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.embed.model.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What expressions ask of labels: a value that no series has is a panel that stays empty, and an alert that stays silent. */
public final class LabelMatchers {
    private static final Pattern SELECTOR = Pattern.compile("\\b((?:streambed|jvm)_[a-z0-9_]+)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");

    /** A value, or some of them; another regular expression would not be understood here. */
    private static final Pattern WORDS = Pattern.compile("[\\w.-]+(?:\\|[\\w.-]+)*");

    /** Metrics whose labels are those of the metrics that begin so: of the lag, of drift. */
    private static final Pattern GROUP = Pattern.compile("^(?:streambed|jvm)_[a-z0-9]+");

    /** A machine has one device. */
    private static final Set<String> DEVICES = Set.of("device", "wanted");

    private LabelMatchers() {}

    /**
     * A label that a selector names.
     *
     * @param values those it is compared with, alike or not
     */
    record Asked(String metric, String label, List<String> values) {}

    /** In an expression's order; variables of the board are left out. */
    static List<Asked> of(String expression) {
        List<Asked> asked = new ArrayList<>();
        SELECTOR.matcher(expression)
                .results()
                .forEach(selector -> MATCHER.matcher(selector.group(2))
                        .results()
                        .filter(matcher -> !matcher.group(2).startsWith("$"))
                        .forEach(matcher -> {
                            assertThat(matcher.group(2)).as(expression).matches(WORDS);
                            asked.add(new Asked(
                                    selector.group(1),
                                    matcher.group(1),
                                    List.of(matcher.group(2).split("\\|"))));
                        }));
        return asked;
    }

    /**
     * Fails unless each value that alerts and board ask for is one that a service shows.
     *
     * @param shown {@code /metrics} of a service of both roles
     */
    public static void expectValuesThatThereAre(String shown) {
        List<String> expressions = new ArrayList<>(AlertRules.expressions());
        expressions.addAll(Board.read().expressions());
        List<Asked> all = expressions.stream()
                .flatMap(expression -> of(expression).stream())
                .toList();
        assertThat(all).as("labels that alerts and board ask for").hasSizeGreaterThan(40);
        for (Asked asked : all) {
            assertThat(there(shown, asked))
                    .as("values of %s of %s", asked.label(), asked.metric())
                    .containsAll(asked.values());
        }
    }

    private static Set<String> there(String shown, Asked asked) {
        var group = GROUP.matcher(asked.metric());
        assertThat(group.find()).as(asked.metric()).isTrue();
        Set<String> values = new TreeSet<>(Exposition.values(shown, group.group(), asked.label()));
        if (DEVICES.contains(asked.label())) {
            Set<String> devices = Arrays.stream(Device.values())
                    .map(device -> device.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
            assertThat(devices).as("the device that is shown is one").containsAll(values);
            return devices;
        }
        return values;
    }
}
