package dev.streambed.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.testing.Prometheus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The board in {@code helm/streambed/files/board.json}, and what somebody who looks at it sees. */
public final class Board {
    private static final Path FILE = Path.of("helm", "streambed", "files", "board.json");
    private static final Pattern LABEL = Pattern.compile("\\{\\{(\\w+)}}");

    private final JsonNode root;

    private Board(JsonNode root) {
        this.root = root;
    }

    /** The file, from the root of the repository. */
    public static Board read() {
        try {
            return new Board(new ObjectMapper().readTree(FILE.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode root() {
        return root;
    }

    /** In the file's order, rows among them. */
    List<JsonNode> panels() {
        List<JsonNode> panels = new ArrayList<>();
        root.path("panels").forEach(panels::add);
        return panels;
    }

    /** Of all panels. */
    List<String> expressions() {
        return root.findValuesAsText("expr");
    }

    static boolean isRow(JsonNode panel) {
        return panel.path("type").asText().equals("row");
    }

    /** Of the panels that show something. */
    public List<String> titles() {
        return panels().stream()
                .filter(panel -> !isRow(panel))
                .map(panel -> panel.path("title").asText())
                .toList();
    }

    /**
     * The last point of each line of a panel by its legend, as Grafana would write it; lines without a value are not there.
     *
     * @param variables of the board, such as {@code pipeline}, and {@code __rate_interval}
     */
    public SortedMap<String, Double> shows(Prometheus prometheus, String title, Map<String, String> variables) {
        JsonNode panel = panels().stream()
                .filter(each -> each.path("title").asText().equals(title))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the board has no panel " + title));
        SortedMap<String, Double> lines = new TreeMap<>();
        for (JsonNode target : panel.path("targets")) {
            String expression = target.path("expr").asText();
            for (Map.Entry<String, String> variable : variables.entrySet()) {
                expression = expression.replace("$" + variable.getKey(), variable.getValue());
            }
            String legend = target.path("legendFormat").asText();
            prometheus.series(expression).forEach((labels, value) -> {
                if (!value.isNaN()) {
                    lines.put(rendered(legend, labels), value);
                }
            });
        }
        return lines;
    }

    private static String rendered(String legend, Map<String, String> labels) {
        return LABEL.matcher(legend)
                .replaceAll(found -> Matcher.quoteReplacement(labels.getOrDefault(found.group(1), "")));
    }
}
