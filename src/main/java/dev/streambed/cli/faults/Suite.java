package dev.streambed.cli.faults;

import dev.streambed.cli.faults.lab.Run;
import dev.streambed.cli.faults.lab.RunResult;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.process.MilvusServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Plays scenarios one after another, each with a seed of its own that follows from the first. Owned by the caller's thread. */
public final class Suite {
    private final List<Scenario> scenarios;
    private final Path directory;
    private final MilvusServer milvus;
    private final LongSupplier nanoTime;

    /**
     * @param scenarios at least one
     * @param directory for what the runs leave; each has one of its own below it
     */
    public Suite(List<Scenario> scenarios, Path directory, MilvusServer milvus, LongSupplier nanoTime) {
        this.scenarios = List.copyOf(scenarios);
        this.directory = directory;
        this.milvus = milvus;
        this.nanoTime = nanoTime;
    }

    /** What is told of each run. */
    public interface Listener {
        /** A run begins. */
        void begins(int number, Scenario scenario, long seed);

        /** It has ended. */
        void ended(RunResult result, Path runDirectory);
    }

    /**
     * Plays each scenario once, in an order of the seed's, or as many as the time allows, round after round.
     *
     * @param seed of the first run; a single run has just this one
     * @param atMost null: one round. No run begins after it
     */
    public List<RunResult> play(long seed, @Nullable Duration atMost, Listener listener) {
        long end = nanoTime.getAsLong() + (atMost == null ? 0 : atMost.toNanos());
        Random random = new Random(seed);
        List<RunResult> results = new ArrayList<>();
        do {
            List<Scenario> round = new ArrayList<>(scenarios);
            Collections.shuffle(round, random);
            for (Scenario scenario : round) {
                if (atMost != null && !results.isEmpty() && nanoTime.getAsLong() > end) {
                    return results;
                }
                int number = results.size();
                long runSeed = number == 0 ? seed : random.nextInt(1_000_000_000);
                listener.begins(number, scenario, runSeed);
                Path runDirectory = directory.resolve(number + "-" + scenario.name());
                RunResult result = Run.play(scenario, runSeed, runDirectory, milvus);
                results.add(result);
                listener.ended(result, runDirectory);
            }
        } while (atMost != null && nanoTime.getAsLong() < end);
        return results;
    }
}
