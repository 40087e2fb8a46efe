package dev.streambed.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.faults.lab.RunResult;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.process.FakeClock;
import dev.streambed.cli.faults.scenario.Catalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some minutes of the suite, with a fresh seed and the faults in an order of that seed's: those that take less than a minute each. */
class FaultsTest {
    private static final Set<String> SHORT = Set.of(
            "control.none",
            "service.kill",
            "service.kill-sent",
            "service.kill-upsert",
            "service.kill-reading-back",
            "service.terminate",
            "service.clock",
            "service.small-heap",
            "store.hang",
            "store.slow",
            "store.rate-limit",
            "store.memory",
            "store.disk",
            "store.quota",
            "store.schema",
            "store.privilege",
            "store.poison",
            "embedder.not-finite",
            "embedder.exception",
            "embedder.out-of-memory");

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void keepsEveryPromise() {
        long minutes = Long.getLong("streambed.faults.minutes", 8);
        long seed = Seeds.next("FaultsTest");
        Suite suite = new Suite(playable(), directory, SuiteMilvus.require(), System::nanoTime);

        List<RunResult> results = suite.play(seed, Duration.ofMinutes(minutes), new Suite.Listener() {
            @Override
            public void begins(int number, Scenario scenario, long runSeed) {
                System.out.printf("FaultsTest: %s, --seed %d%n", scenario.name(), runSeed);
            }

            @Override
            public void ended(RunResult result, Path runDirectory) {
                System.out.println("FaultsTest: " + result);
            }
        });

        System.out.println("FaultsTest: " + Totals.of(seed, results));
        assertThat(results).filteredOn(result -> !result.isClean()).isEmpty();
    }

    private static List<Scenario> playable() {
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            assertThat(FakeClock.missing()).isNull();
        }
        List<Scenario> scenarios = Catalogue.all().stream()
                .filter(scenario -> SHORT.contains(scenario.name()))
                .toList();
        assertThat(scenarios).hasSameSizeAs(SHORT);
        return scenarios.stream()
                .filter(scenario -> {
                    String missing = scenario.requirement().missing();
                    if (missing != null) {
                        System.out.printf("FaultsTest: skipped %s: %s%n", scenario.name(), missing);
                    }
                    return missing == null;
                })
                .toList();
    }
}
