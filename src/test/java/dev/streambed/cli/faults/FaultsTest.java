package dev.streambed.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.faults.lab.RunResult;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.scenario.Catalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some minutes of the suite, with a fresh seed and the faults in an order of that seed's. */
class FaultsTest {
    @TempDir
    Path directory = Path.of("unset");

    @Test
    void keepsEveryPromise() {
        long minutes = Long.getLong("streambed.faults.minutes", 8);
        long seed = Seeds.next("FaultsTest");
        Suite suite = new Suite(Catalogue.all(), directory, SuiteMilvus.require(), System::nanoTime);

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
}
