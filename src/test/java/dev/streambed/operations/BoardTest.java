package dev.streambed.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The Grafana board. */
class BoardTest {
    private static final int COLUMNS = 24;

    private final Board board = Board.read();

    @Test
    void isMadeOfMetricsThatThereAre() throws IOException {
        List<String> expressions = board.expressions();
        Set<String> used = new TreeSet<>();
        expressions.forEach(expression -> used.addAll(AlertRules.metricsOf(expression)));
        board.root()
                .at("/templating/list")
                .findValuesAsText("query")
                .forEach(query -> used.addAll(AlertRules.metricsOf(query)));

        assertThat(expressions).hasSizeGreaterThan(20).doesNotContain("");
        assertThat(MetricsPage.names()).containsAll(used);
    }

    @Test
    void asksTheDataSourceThatIsChosen() {
        assertThat(board.panels()).allSatisfy(panel -> {
            if (!Board.isRow(panel)) {
                assertThat(panel.at("/datasource/uid").asText())
                        .as(panel.path("title").asText())
                        .isEqualTo("${datasource}");
                assertThat(panel.path("targets")).isNotEmpty();
            }
        });
        assertThat(board.root().at("/templating/list/0/type").asText()).isEqualTo("datasource");
    }

    @Test
    void hasARowForEachThingThatCanGoWrong() {
        assertThat(board.panels().stream()
                        .filter(Board::isRow)
                        .map(panel -> panel.path("title").asText()))
                .containsExactly(
                        "Data path",
                        "Lag and freshness",
                        "Latency by step",
                        "Embedder",
                        "Store",
                        "Holds",
                        "Drift",
                        "JVM");
    }

    /** Grafana moves what overlaps, and nobody finds it again. */
    @Test
    void putsNoPanelOnAnother() {
        Set<String> taken = new TreeSet<>();
        Set<String> ids = new TreeSet<>();
        for (JsonNode panel : board.panels()) {
            JsonNode at = panel.path("gridPos");
            assertThat(at.path("x").asInt() + at.path("w").asInt()).isLessThanOrEqualTo(COLUMNS);
            assertThat(ids.add(panel.path("id").asText())).as("its own id").isTrue();
            for (int x = at.path("x").asInt();
                    x < at.path("x").asInt() + at.path("w").asInt();
                    x++) {
                for (int y = at.path("y").asInt();
                        y < at.path("y").asInt() + at.path("h").asInt();
                        y++) {
                    assertThat(taken.add(x + "/" + y))
                            .as("%s at %d/%d", panel.path("title").asText(), x, y)
                            .isTrue();
                }
            }
        }
    }
}
