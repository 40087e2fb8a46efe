package dev.streambed.spine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark from end to end, on so little that its figures say nothing: that it has them, and where. */
class SpineBenchTest {
    @TempDir
    Path directory = Path.of("unset");

    @Test
    void printsEveryFigure() throws Exception {
        String output = ServiceProcess.command(
                directory,
                Map.of(),
                0,
                "bench",
                "--documents=12",
                "--rounds=1",
                "--load-seconds=2",
                "--stage-records=3000",
                "--json");

        List<String> lines = output.lines().toList();
        JsonNode figures = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        for (String figure : List.of(
                "/ratio/stubStore",
                "/ratio/realToPaddedTokens",
                "/ratio/stageToMapValues",
                "/bare/documentsPerSecond",
                "/load20/p50",
                "/load20/p99",
                "/load60/p50",
                "/load60/p99")) {
            assertThat(figures.at(figure).asDouble())
                    .as("%s in %s", figure, output)
                    .isPositive();
        }
        assertThat(figures.at("/ratio/milvus").isMissingNode()).isTrue();
        assertThat(figures.at("/corpus/documents").asInt()).isEqualTo(12);
        assertThat(figures.at("/bare/rounds").size()).isEqualTo(3);
        assertThat(figures.at("/leastCosine").asDouble()).isGreaterThan(0.9999);
    }

    @Test
    void measuresTheEmbedderAlone() throws Exception {
        String output = ServiceProcess.command(
                directory,
                Map.of(),
                0,
                "bench",
                "embedder",
                "--documents=4",
                "--budgets=256,512",
                "--tokenizer-threads=1",
                "--seconds=1",
                "--singles=4",
                "--memory=1GB",
                "--set=model.device=cpu",
                "--json");

        List<String> lines = output.lines().toList();
        JsonNode figures = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        assertThat(figures.at("/rates"))
                .extracting(rate -> rate.path("budget").asInt())
                .contains(256, 512);
        assertThat(figures.at("/rates"))
                .allSatisfy(rate ->
                        assertThat(rate.path("tokensPerSecond").asDouble()).isPositive());
        assertThat(figures.at("/engine/0/tokensPerSecond").asDouble()).isPositive();
        assertThat(figures.at("/single/p99").asDouble()).isPositive();
        assertThat(figures.at("/sameness/batches").asDouble()).isGreaterThan(0.999999);
        // There is a GPU's memory to run out of, or none is spoken of.
        assertThat(figures.at("/memory").isMissingNode()).isTrue();
    }

    @Test
    void measuresUnderLoad() throws Exception {
        String output = ServiceProcess.command(
                directory,
                Map.of(),
                0,
                "bench",
                "load",
                "--documents=8",
                "--rounds=1",
                "--load-seconds=2",
                "--backlog=2000",
                "--chunks=60",
                "--scale=200,400",
                "--seed=7",
                "--set=model.device=cpu",
                "--json");

        List<String> lines = output.lines().toList();
        JsonNode figures = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        for (String figure : List.of(
                "/bare",
                "/load10/p50",
                "/load10/embed",
                "/load10/ratio",
                "/backlog/idleP99",
                "/backlog/p99",
                "/backlog/p99SecondHalf",
                "/backlog/ratio",
                "/backlog/left",
                "/large/p99Without",
                "/large/p99With",
                "/large/batchMillis",
                "/large/memory/before/heapBytes",
                "/large/memory/most/heapBytes",
                "/large/memory/after/heapBytes",
                "/scale/0/documentsPerSecond",
                "/scale/1/documentsPerSecond",
                "/scale/1/heapBytes",
                "/scaleRatio")) {
            assertThat(figures.at(figure).asDouble())
                    .as("%s in %s", figure, output)
                    .isPositive();
        }
        assertThat(figures.at("/seed").asLong()).isEqualTo(7);
        assertThat(figures.at("/load10/upsert").isNumber()).isTrue(); // of a store that costs nothing: 0 as a rule
        assertThat(figures.at("/backlog/documents").asInt()).isEqualTo(2000);
        assertThat(figures.at("/large/chunks").asInt()).isBetween(59, 61);
        assertThat(figures.at("/large/ratio").isNumber()).isTrue(); // negative where the large one did no harm
        assertThat(figures.at("/scale"))
                .extracting(size -> size.path("documents").asInt())
                .containsExactly(200, 400);
        assertThat(figures.at("/scaleRatio").asDouble()).isLessThanOrEqualTo(1);
    }

    @Test
    void leavesOutWhatWasNotAskedFor() throws Exception {
        String output = ServiceProcess.command(
                directory, Map.of(), 0, "bench", "load", "--only=scale", "--scale=100", "--rounds=1", "--json");

        List<String> lines = output.lines().toList();
        assertThat(new ObjectMapper().readTree(lines.get(lines.size() - 1)).fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("seed", "scale", "scaleRatio");
    }

    @Test
    void measuresWhatBeingObservedCosts() throws Exception {
        String output = ServiceProcess.command(
                directory, Map.of(), 0, "bench", "observation", "--rounds=1", "--documents=300", "--json");

        List<String> lines = output.lines().toList();
        JsonNode figures = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        for (String figure : List.of(
                "/ratio/observation",
                "/ratio/cpu",
                "/on/documentsPerSecond/0",
                "/on/cpuMicros/0",
                "/off/documentsPerSecond/0",
                "/off/cpuMicros/0")) {
            assertThat(figures.at(figure).asDouble())
                    .as("%s in %s", figure, output)
                    .isPositive();
        }
        assertThat(figures.at("/documents").asInt()).isEqualTo(300);
    }

    @Test
    void namesTheLineOfACorpusThatIsWrong() throws Exception {
        Path corpus = Files.writeString(directory.resolve("corpus.jsonl"), "{\"text\":\"fine\"}\nnot JSON\n");

        assertThat(ServiceProcess.command(directory, Map.of(), 1, "bench", "--corpus=" + corpus))
                .contains("corpus.jsonl, line 2, is not JSON");
    }
}
