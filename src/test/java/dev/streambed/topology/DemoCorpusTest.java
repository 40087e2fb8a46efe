package dev.streambed.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demo's corpus shows what it is meant to show. */
class DemoCorpusTest {
    private static final Path DEMO = Path.of("src/main/resources/dev/streambed/demo");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> changes =
            lines("corpus.jsonl").stream().map(DemoCorpusTest::parse).toList();

    @Test
    void breaksTheContractOnceOnly() {
        assertThat(changes.stream()
                        .filter(change ->
                                !Contract.problems("document-change", change).isEmpty()))
                .singleElement()
                .satisfies(broken -> assertThat(broken.get("text").asText()).isEmpty());
    }

    @Test
    void holdsUpdatesDeletionsARepeatAndAnOlderVersion() {
        int first = 0;
        int updates = 0;
        int deletions = 0;
        int repeats = 0;
        int older = 0;
        Map<String, JsonNode> last = new HashMap<>();
        for (JsonNode change : changes) {
            JsonNode before = last.get(change.get("id").asText());
            if (change.path("type").asText().equals("delete")) {
                assertThat(before).as("published before it is deleted").isNotNull();
                deletions++;
            } else if (before == null) {
                first++;
            } else if (change.equals(before)) {
                repeats++;
            } else if (change.get("version").asLong() < before.get("version").asLong()) {
                older++;
                continue;
            } else {
                updates++;
            }
            last.put(change.get("id").asText(), change);
        }
        assertThat(List.of(first, updates, deletions, repeats, older)).isEqualTo(List.of(80, 5, 4, 1, 1));
    }

    @Test
    void hasALongTextForMoreThanOneChunk() {
        assertThat(changes.stream()
                        .filter(change -> change.path("text").asText().split("\\s+").length > 700))
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void asksThreeQuestions() {
        assertThat(lines("queries.txt"))
                .hasSize(3)
                .allSatisfy(query -> assertThat(query).isNotBlank());
    }

    private static List<String> lines(String name) {
        try {
            return Files.readAllLines(DEMO.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
