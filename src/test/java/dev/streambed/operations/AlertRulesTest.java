package dev.streambed.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.streambed.operations.AlertRules.Alert;
import dev.streambed.testing.Prometheus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AlertRulesTest {
    private static final Path TESTS = Path.of("src", "test", "resources", "alerts");
    private static final Path RUNBOOK = Path.of("docs", "operations.md");

    /** An alert that a test expects to fire, with the quotes of YAML inside YAML. */
    private static final Pattern EXPECTED = Pattern.compile("labels: '\\{[^}]*alertname=\"(\\w+)\"");

    private static final Pattern SECTION = Pattern.compile("(?m)^### (\\w+)$");

    private final List<Alert> alerts = AlertRules.alerts();
    private final Set<String> names = alerts.stream().map(Alert::name).collect(Collectors.toCollection(TreeSet::new));

    @Test
    void eachFiresWhenItShouldAndIsSilentWhenNot() throws Exception {
        Prometheus.promtool("check", "rules", AlertRules.FILE.toString());
        Prometheus.promtool(
                "test",
                "rules",
                TESTS.resolve("hours.yaml").toString(),
                TESTS.resolve("days.yaml").toString());
    }

    @Test
    void eachHasATest() throws IOException {
        assertThat(found(
                        EXPECTED,
                        Files.readString(TESTS.resolve("hours.yaml")) + Files.readString(TESTS.resolve("days.yaml"))))
                .as("alerts that a test in %s expects to fire", TESTS)
                .isEqualTo(names);
    }

    @Test
    void eachHasARunbookAndEachRunbookAnAlert() throws IOException {
        String page = Files.readString(RUNBOOK);
        int begin = page.indexOf("\n## Alerts\n");
        assertThat(begin).as("a section Alerts in %s", RUNBOOK).isPositive();
        int end = page.indexOf("\n## ", begin + 1);

        assertThat(found(SECTION, page.substring(begin, end < 0 ? page.length() : end)))
                .isEqualTo(names);
        assertThat(alerts)
                .allSatisfy(alert -> assertThat(alert.runbook())
                        .isEqualTo("docs/operations.md#" + alert.name().toLowerCase(Locale.ROOT)));
    }

    @Test
    void eachSaysHowBadItIsAndWhatItIs() {
        assertThat(alerts).hasSizeGreaterThan(10).allSatisfy(alert -> {
            assertThat(alert.severity()).isIn("page", "ticket");
            assertThat(alert.summary()).isNotBlank();
            assertThat(alert.description()).isNotBlank();
        });
        assertThat(names).as("no name twice").hasSameSizeAs(alerts);
    }

    @Test
    void howLongEachTakesIsReadFromItsRule() {
        assertThat(alerts)
                .filteredOn(alert -> alert.name().equals("StreambedDeadLetters"))
                .extracting(Alert::pending, Alert::window)
                .containsExactly(tuple(Duration.ofMinutes(5), Duration.ofMinutes(15)));
        assertThat(alerts)
                .as("windows of what is recorded count, too")
                .filteredOn(alert -> alert.name().equals("StreambedFailuresBurnFast"))
                .extracting(Alert::pending, Alert::window)
                .containsExactly(tuple(Duration.ZERO, Duration.ofMinutes(5)));
        assertThat(ShortRules.alerts())
                .extracting(Alert::name)
                .isEqualTo(alerts.stream().map(Alert::name).toList());
        assertThat(ShortRules.alerts())
                .allSatisfy(alert -> assertThat(alert.pending()).isLessThanOrEqualTo(Duration.ofSeconds(27)));
    }

    @Test
    void allAreMadeOfMetricsThatThereAre() throws IOException {
        Set<String> used = AlertRules.expressions().stream()
                .flatMap(expression -> AlertRules.metricsOf(expression).stream())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(MetricsPage.names()).containsAll(used);
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
