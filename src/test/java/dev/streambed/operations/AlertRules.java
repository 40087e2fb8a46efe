package dev.streambed.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules in {@code helm/streambed/files/alerts.yaml}. */
public final class AlertRules {
    /** From the root of the repository. */
    static final Path FILE = Path.of("helm", "streambed", "files", "alerts.yaml");

    private static final Pattern METRIC = Pattern.compile("\\b(?:streambed|jvm|process|system)_[a-z0-9_]+");
    private static final Pattern SUFFIX = Pattern.compile("_(?:bucket|sum|count)$");
    private static final Pattern WINDOW = Pattern.compile("\\[(\\w+)]");
    private static final Pattern JOB = Pattern.compile("\\bjob=~\"([^\"]*)\"");
    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h|d)");

    private AlertRules() {}

    /**
     * An alert.
     *
     * @param runbook its section
     * @param pending for how long it must be so, its {@code for}; zero where it fires at once
     * @param window the shortest that its expression, or a recorded one in it, looks back over; zero where it looks at the present alone
     */
    public record Alert(
            String name,
            String severity,
            String summary,
            String description,
            String runbook,
            Duration pending,
            Duration window) {}

    /** The file as it is. */
    static String text() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the file's order. */
    public static List<Alert> alerts() {
        return alerts(text());
    }

    /**
     * In the order of rules that were made of the file.
     *
     * @param yaml groups of rules
     */
    static List<Alert> alerts(String yaml) {
        List<JsonNode> rules = rules(yaml);
        List<Alert> alerts = new ArrayList<>();
        for (JsonNode rule : rules) {
            if (rule.has("alert")) {
                alerts.add(new Alert(
                        rule.path("alert").asText(),
                        rule.at("/labels/severity").asText(),
                        rule.at("/annotations/summary").asText(),
                        rule.at("/annotations/description").asText(),
                        rule.at("/annotations/runbook_url").asText(),
                        duration(rule.path("for").asText("0s")),
                        shortestWindow(rule.path("expr").asText(), rules)));
            }
        }
        return alerts;
    }

    /** The series that are recorded, in the file's order, each with the alerts that read it. */
    static Map<String, List<String>> recorded() {
        Map<String, List<String>> recorded = new LinkedHashMap<>();
        for (JsonNode rule : rules(text())) {
            if (rule.has("record")) {
                String name = rule.path("record").asText();
                recorded.put(
                        name,
                        rules(text()).stream()
                                .filter(reader -> reader.has("alert")
                                        && reader.path("expr").asText().contains(name))
                                .map(reader -> reader.path("alert").asText())
                                .toList());
            }
        }
        return recorded;
    }

    private static Duration shortestWindow(String expression, List<JsonNode> rules) {
        String all = expression
                + rules.stream()
                        .filter(rule -> rule.has("record")
                                && expression.contains(rule.path("record").asText()))
                        .map(rule -> rule.path("expr").asText())
                        .collect(Collectors.joining());
        return WINDOW.matcher(all)
                .results()
                .map(found -> duration(found.group(1)))
                .min(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** As Prometheus writes it, of one unit. */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new AssertionError("no duration of one unit, ms, s, m, h or d: " + text);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** The expressions of all rules. */
    static List<String> expressions() {
        return rules(text()).stream().map(rule -> rule.path("expr").asText()).toList();
    }

    /** What the job of scraped instances must match, as a whole. */
    public static Set<String> jobs() {
        return expressions().stream()
                .flatMap(expression -> JOB.matcher(expression).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The metrics in an expression, by the names of their families. */
    public static Set<String> metricsOf(String expression) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(expression);
        while (matcher.find()) {
            names.add(SUFFIX.matcher(matcher.group()).replaceFirst(""));
        }
        return names;
    }

    private static List<JsonNode> rules(String yaml) {
        try {
            List<JsonNode> rules = new ArrayList<>();
            new YAMLMapper()
                    .readTree(yaml)
                    .path("groups")
                    .forEach(group -> group.path("rules").forEach(rules::add));
            return rules;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
