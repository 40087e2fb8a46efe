package dev.streambed.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.faults.lab.Run;
import dev.streambed.cli.faults.lab.RunResult;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.scenario.Catalogue;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The suite can fail: each promise broken on purpose is found, by the count that is named for it. */
class MutationTest {
    /** What is lost is waited for in vain. */
    private static final Duration SETTLE = Duration.ofSeconds(45);

    @ParameterizedTest
    @EnumSource(Mutation.class)
    void findsThePromiseThatIsBroken(Mutation mutation, @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory)
            throws Exception {
        Path classes = directory.resolve("classes");
        mutation.into(classes);
        Scenario scenario = Catalogue.named(mutation.scenario).get(0);
        Scenario broken = scenario.in(scenario.setup().withStubOnly().withClassesBefore(classes));
        long seed = Seeds.next("MutationTest " + mutation);

        RunResult result = Run.play(broken, seed, directory.resolve("run"), SuiteMilvus.require(), SETTLE);

        if (mutation.finding.count(result) == 0) {
            Evidence.print(directory.resolve("run"));
        }
        assertThat(mutation.finding.count(result))
                .as("%s of %s with %s: %s", mutation.finding, mutation.scenario, mutation, result.failures())
                .isPositive();
    }
}
