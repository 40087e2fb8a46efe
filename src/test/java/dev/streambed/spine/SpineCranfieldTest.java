package dev.streambed.spine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.quality.Cranfield;
import dev.streambed.quality.Ndcg;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real input, through the commands a user has, into a real Milvus; then searched. */
class SpineCranfieldTest {
    private static final double NDCG_AT_LEAST = 0.38;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void indexesTheCranfieldAbstractsAndFindsWhatIsRelevant() throws Exception {
        Cranfield cranfield = Cranfield.load();
        try (Spine spine = Spine.start(directory);
                AnswerBook answers = spine.answers();
                ServiceProcess service = spine.service().awaitReady()) {
            Path documents = spine.file("documents.jsonl", String.join("\n", cranfield.documents()) + "\n");

            JsonNode result = lastLine(ServiceProcess.command(
                    directory,
                    spine.settings(),
                    0,
                    "publish",
                    documents.toString(),
                    "--wait",
                    "--json",
                    "--allow",
                    "REJECTED"));

            System.out.println("SpineCranfieldTest: " + result);
            assertThat(result.get("published").asInt()).isEqualTo(1_400);
            assertThat(result.get("outcomes")).hasToString("{\"INDEXED\":1398,\"REJECTED\":2}");
            assertThatCompletionsAndRowsAgree(answers, spine.rows());
            double ndcg = Ndcg.mean(rankings(service, cranfield.queries()), cranfield.judgements());
            System.out.printf("SpineCranfieldTest: nDCG@10 %.4f%n", ndcg);
            assertThat(ndcg).isGreaterThanOrEqualTo(NDCG_AT_LEAST);
        }
    }

    private static void assertThatCompletionsAndRowsAgree(AnswerBook answers, Map<String, StoredRows.Stored> rows) {
        List<Completion> all = answers.all();
        assertThat(all)
                .filteredOn(completion -> completion.outcome() == Outcome.REJECTED)
                .extracting(Completion::reason)
                .extracting(reason -> reason == null ? "none" : reason.code().wireName())
                .containsExactly("empty-text", "empty-text");
        assertThat(rows).hasSize(all.stream().mapToInt(Completion::chunks).sum());
    }

    private static Map<String, List<String>> rankings(ServiceProcess service, Map<String, String> queries)
            throws Exception {
        Map<String, List<String>> rankings = new HashMap<>();
        List<Map<String, String>> asked = new ArrayList<>();
        queries.forEach((id, text) -> asked.add(Map.of("id", id, "text", text)));
        String body = JSON.writeValueAsString(Map.of("queries", asked, "k", 10));
        for (JsonNode result : JSON.readTree(service.post("/search", body)).get("results")) {
            List<String> documents = new ArrayList<>();
            result.get("hits")
                    .forEach(hit -> documents.add(hit.get("documentId").asText()));
            rankings.put(result.get("id").asText(), documents);
        }
        assertThat(rankings).hasSameSizeAs(queries);
        return rankings;
    }

    private static JsonNode lastLine(String output) throws Exception {
        String[] lines = output.strip().split("\n", -1);
        return JSON.readTree(lines[lines.length - 1]);
    }
}
