package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
    @TempDir
    Path directory = Path.of("unset");

    private final Terminal terminal = new Terminal();
    private String rates = "";

    @BeforeEach
    void bench() throws Exception {
        rates = "--rates="
                + Files.writeString(
                        directory.resolve("bench.json"),
                        "{\"corpus\":{\"documents\":400,\"tokens\":80000},\"bare\":{\"documentsPerSecond\":40},\"ratio\":{\"stubStore\":1}}");
    }

    @Test
    void plansFromARateAndShowsEachFormula() throws Exception {
        int exit = terminal.run(
                "plan", "--documents=1000000", "--tokens=2000", "--deadline=2d", "--replication=2", rates, "--json");

        assertThat(terminal.err()).isEmpty();
        assertThat(exit).isZero();
        assertThat(terminal.out())
                .containsPattern("one instance +8000 tokens/s +of bench.json")
                .containsPattern(
                        "instances +4 +needed over 0.70 .* is 3, and one more: with any one lost, the others suffice")
                .containsPattern("partitions +16 ")
                .containsPattern("heap, each +512 MiB +292 MiB live")
                .containsPattern("Milvus's memory +[0-9.]+ GiB +10000000 rows");
        JsonNode plan = new ObjectMapper().readTree(terminal.lastLine());
        assertThat(plan.path("windowsPerDocument").asInt()).isEqualTo(10);
        assertThat(plan.path("instances").asInt()).isEqualTo(4);
        assertThat(plan.path("rows").asLong()).isEqualTo(10_000_000);
    }

    @Test
    void measuresTheModelWhereNoRateIsGiven() throws Exception {
        int exit = terminal.run(
                "plan", "--documents=1000", "--tokens=100", "--deadline=1h", "--measure-seconds=1", "--json");

        assertThat(exit).as(terminal.err()).isZero();
        assertThat(terminal.err()).contains("measuring the model for 1 s");
        JsonNode plan = new ObjectMapper().readTree(terminal.lastLine());
        assertThat(plan.path("tokensPerSecond").asDouble()).isPositive();
    }

    @Test
    void refusesNonsenseBeforeItMeasures() {
        assertThat(terminal.run("plan", "--documents=5", "--tokens=0", "--deadline=1h"))
                .isEqualTo(2);
        assertThat(terminal.err()).contains("--tokens is 0.0; more than 0").doesNotContain("measuring");
        assertThat(terminal.run("plan", "--documents=5", "--tokens=1", "--deadline=soon", rates))
                .isEqualTo(2);
        assertThat(terminal.err()).contains("--deadline").contains("soon");
        assertThat(terminal.run("plan", "--documents=5", "--deadline=1h")).isEqualTo(2);
        assertThat(terminal.err()).contains("--tokens");
        assertThat(terminal.run("plan", "--documents=5", "--tokens=1", "--deadline=1h", "--rates=/nowhere"))
                .isEqualTo(2);
        assertThat(terminal.err()).contains("cannot read /nowhere");
    }
}
