package dev.streambed.embed.batch;

import dev.streambed.embed.batch.Job.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What choosing a batch costs, with a backlog that stays as large as it is; the lock is held for so long. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class JobQueueBenchmark {
    private static final int SEED = 7;
    private static final int LONGEST = 256;

    /** How batches are cut: small and full, or wide. */
    @Param({"CPU", "GPU"})
    public String device = "CPU";

    /** Documents that wait. */
    @Param({"100", "10000"})
    public int documents = 100;

    private final Random random = new Random(SEED);
    private BatchOptions options = BatchOptions.CPU;
    private JobQueue queue = new JobQueue(options);
    private List<Item> candidates = List.of();

    @Setup
    public void fill() {
        options = device.equals("CPU") ? BatchOptions.CPU : BatchOptions.GPU;
        queue = new JobQueue(options);
        candidates = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            queue.add(job());
            if (candidates.size() < options.lookAhead()) {
                candidates.add(new Item(job(), 0));
            }
        }
    }

    /** A batch leaves, and as many documents come, of one sequence each. */
    @Benchmark
    public int take() {
        List<Item> batch = queue.take(options.tokenBudget(), 1);
        batch.forEach(item -> queue.add(job()));
        return batch.size();
    }

    /** The choice alone, among as many as are looked at. */
    @Benchmark
    public int cut() {
        return BatchCutter.cut(candidates, options.tokenBudget(), options.minFill())
                .size();
    }

    private Job job() {
        return new Job(Priority.BULK, List.of(new int[3 + random.nextInt(LONGEST - 2)]), 0);
    }
}
