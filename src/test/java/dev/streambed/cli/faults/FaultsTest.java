package dev.streambed.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.faults.lab.RunResult;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.process.FakeClock;
import dev.streambed.cli.faults.scenario.Catalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Some minutes of the suite, with a fresh seed: first, always, what {@link MutationTest} plays on a broken product, since its findings mean
 * something only where the sound one has none; then the shorter faults, in an order of the seed's, as many as the time allows.
 */
class FaultsTest {
    private static final Set<String> SHORT = Set.of(
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

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path directory = Path.of("unset");

    @Test
    void keepsEveryPromise() {
        long end = System.nanoTime()
                + Duration.ofMinutes(Long.getLong("streambed.faults.minutes", 8))
                        .toNanos();
        long seed = Seeds.next("FaultsTest");

        List<RunResult> results = new ArrayList<>(suite(controls(), "controls").play(seed, null, new Listener()));
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (left.toNanos() > 0) {
            results.addAll(suite(playable(), "faults").play(seed, left, new Listener()));
        }

        System.out.println("FaultsTest: " + Totals.of(seed, results));
        assertThat(results).filteredOn(result -> !result.isClean()).isEmpty();
        assertThat(results)
                .extracting(RunResult::scenario)
                .containsAll(Stream.of(Mutation.values())
                        .map(mutation -> mutation.scenario)
                        .toList());
    }

    private Suite suite(List<Scenario> scenarios, String name) {
        return new Suite(scenarios, directory.resolve(name), SuiteMilvus.require(), System::nanoTime);
    }

    /** As {@link MutationTest} has them, but of the sound product. */
    private static List<Scenario> controls() {
        return Stream.of(Mutation.values())
                .map(mutation -> mutation.scenario)
                .distinct()
                .flatMap(name -> Catalogue.named(name).stream())
                .map(scenario -> scenario.in(scenario.setup().withStubOnly()))
                .toList();
    }

    /** Says what is played and what came of it. */
    private static final class Listener implements Suite.Listener {
        @Override
        public void begins(int number, Scenario scenario, long runSeed) {
            System.out.printf("FaultsTest: %s, --seed %d%n", scenario.name(), runSeed);
        }

        @Override
        public void ended(RunResult result, Path runDirectory) {
            System.out.println("FaultsTest: " + result);
            if (!result.isClean()) {
                Evidence.print(runDirectory);
            }
        }
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
