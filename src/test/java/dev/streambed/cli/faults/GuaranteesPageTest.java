package dev.streambed.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.faults.lab.RunResult;
import dev.streambed.cli.faults.scenario.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuaranteesPageTest {
    @TempDir
    Path directory = Path.of("unset");

    @Test
    void isWhatTheToolMakesOfTheRuns() throws IOException {
        ResultsFile results = new ResultsFile(Path.of("docs", "guarantees.jsonl"));

        assertThat(Files.readString(results.page())).isEqualTo(GuaranteesPage.of(results.read()));
    }

    @Test
    void bringsRunsTogetherAndNamesWhatWasNotClean() throws IOException {
        ResultsFile results = new ResultsFile(directory.resolve("runs.jsonl"));

        results.append(result(17, 0, List.of(), List.of(4_000L, 5_000L)));
        results.append(result(18, 2, List.of("LOST two"), List.of(9_000L)));

        assertThat(results.read()).extracting(RunResult::seed).containsExactly(17L, 18L);
        assertThat(Files.readString(directory.resolve("runs.md")))
                .contains(
                        "| `control.none` | 2 | 1 | 20 | 2 | 0 | 0 | 0 | 6 | 260 | 5000 / 9000 / 9000 of 3 | 12000 / 12000 / 12000 of 2 |  | 240 / 240 / 240 of 2 |")
                .contains("- `control.none`, seed 18: LOST two");
    }

    @Test
    void readsLinesFromBeforeTakeoversWereToldApart() throws IOException {
        Path file = directory.resolve("old.jsonl");
        Files.writeString(file, """
                {"scenario":"service.kill","seed":7,"model":false,"events":704,"lost":0,"stale":0,"early":0,"wrong":0,"repeats":171,\
                "unbounded":0,"failures":[],"killToProcessingMillis":[5544],"returnToSuccessMillis":[],"seconds":97.8}
                """);

        RunResult old = new ResultsFile(file).read().get(0);

        assertThat(old.killToProcessingMillis()).containsExactly(5_544L);
        assertThat(old.takeoverMillis()).isEmpty();
        assertThat(old.slowedPercent()).isEmpty();
        assertThat(old.repeatsAllowed()).isNull();
    }

    @Test
    void namesEachFaultOnce() {
        assertThat(Catalogue.all()).extracting(scenario -> scenario.name()).doesNotHaveDuplicates();
    }

    private static RunResult result(long seed, int lost, List<String> failures, List<Long> killToProcessing) {
        return new RunResult(
                "control.none",
                seed,
                false,
                10,
                lost,
                0,
                0,
                0,
                3,
                130,
                0,
                failures,
                killToProcessing,
                List.of(12_000L),
                List.of(),
                List.of(240L),
                1.5);
    }
}
