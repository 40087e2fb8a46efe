package dev.streambed.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules in {@code helm/streambed/files/alerts.yaml}. */
public final class AlertRules {
    /** From the root of the repository. */
    public static final Path FILE = Path.of("helm", "streambed", "files", "alerts.yaml");

    private static final Pattern METRIC = Pattern.compile("\\b(?:streambed|jvm|process|system)_[a-z0-9_]+");
    private static final Pattern SUFFIX = Pattern.compile("_(?:bucket|sum|count)$");

    private AlertRules() {}

    /**
     * An alert.
     *
     * @param runbook its section
     */
    public record Alert(String name, String severity, String summary, String description, String runbook) {}

    /** In the file's order. */
    public static List<Alert> alerts() {
        List<Alert> alerts = new ArrayList<>();
        for (JsonNode rule : rules()) {
            if (rule.has("alert")) {
                alerts.add(new Alert(
                        rule.path("alert").asText(),
                        rule.at("/labels/severity").asText(),
                        rule.at("/annotations/summary").asText(),
                        rule.at("/annotations/description").asText(),
                        rule.at("/annotations/runbook_url").asText()));
            }
        }
        return alerts;
    }

    /** The series that are recorded, in the file's order, each with the alerts that read it. */
    static Map<String, List<String>> recorded() {
        Map<String, List<String>> recorded = new LinkedHashMap<>();
        for (JsonNode rule : rules()) {
            if (rule.has("record")) {
                String name = rule.path("record").asText();
                recorded.put(
                        name,
                        rules().stream()
                                .filter(reader -> reader.has("alert")
                                        && reader.path("expr").asText().contains(name))
                                .map(reader -> reader.path("alert").asText())
                                .toList());
            }
        }
        return recorded;
    }

    /** The expressions of all rules. */
    static List<String> expressions() {
        return rules().stream().map(rule -> rule.path("expr").asText()).toList();
    }

    /** The metrics in an expression, by the names of their families. */
    static Set<String> metricsOf(String expression) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(expression);
        while (matcher.find()) {
            names.add(SUFFIX.matcher(matcher.group()).replaceFirst(""));
        }
        return names;
    }

    private static List<JsonNode> rules() {
        try {
            List<JsonNode> rules = new ArrayList<>();
            new YAMLMapper()
                    .readTree(FILE.toFile())
                    .path("groups")
                    .forEach(group -> group.path("rules").forEach(rules::add));
            return rules;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
