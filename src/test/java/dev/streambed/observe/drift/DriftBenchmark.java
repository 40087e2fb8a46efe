package dev.streambed.observe.drift;

import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.Embeddings;
import dev.streambed.embed.model.Placement;
import dev.streambed.embed.model.SentenceModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a vector costs drift, in microseconds, beside what it costs to make one; all on one core. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class DriftBenchmark {
    private static final int SEED = 7;
    private static final int DIMENSION = 384;
    private static final int WINDOW = 1_000;
    private static final int BASELINE = 10_000;
    private static final int KNOWN = 4_096;

    /** Ids of tokens that are words. */
    private static final int WORDS_FROM = 2_000;

    private static final int WORDS_TO = 20_000;

    private final Random random = new Random(SEED);
    private final SentenceModel model = SentenceModel.open(BundledModel.files(), Placement.CPU);
    private final BatchModel runner = model.newRunner();
    private final List<int[]> line = List.of(tokens(32));
    private final List<int[]> chunk = List.of(tokens(256));

    private final DriftOptions options = new DriftOptions(
            "p", "f", DIMENSION, null, 1, BASELINE, WINDOW, Duration.ofHours(1), Duration.ofHours(1), 1_000_000);
    private final Projections projections = new Projections(DIMENSION);
    private final Gathering gathering = new Gathering(DIMENSION, WINDOW, BASELINE);
    private final Sampler sampler = new Sampler(null, 1_000_000_000, chunks -> 0, System::nanoTime);
    private final DriftWatch watch = new DriftWatch(
            options, new CanaryWatch("f", List.of("one"), text -> new CompletableFuture<>(), options.canaryInterval()));
    private final List<Measured> chunks =
            Stream.generate(this::chunk).limit(KNOWN).toList();
    private int next;

    @Setup
    public void learn() {
        for (int i = 0; i < BASELINE; i++) {
            gathering.add(any());
        }
        watch.adopt(baseline(), 0);
    }

    @TearDown
    public void close() {
        model.close();
    }

    /** What the embedder's thread does for a document, and the drift thread to have it. */
    @Benchmark
    public @Nullable Sample offer() {
        Measured chunk = any();
        sampler.embedded(Map.of(), 1, i -> chunk);
        return sampler.poll();
    }

    /** What the drift thread does with it. */
    @Benchmark
    public long take() {
        watch.take(new Sample(DriftOptions.ALL, any()), 0);
        return watch.taken();
    }

    /** Once for a tenant. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public Baseline baseline() {
        return gathering.finish(projections, "f", DriftOptions.ALL, 0);
    }

    /** What it costs to make the vector of a line. */
    @Benchmark
    public Embeddings embedLine() {
        return runner.embedWithNorms(line);
    }

    /** And that of the longest chunk. */
    @Benchmark
    public Embeddings embedChunk() {
        return runner.embedWithNorms(chunk);
    }

    private Measured any() {
        next = (next + 1) % KNOWN;
        return chunks.get(next);
    }

    private int[] tokens(int count) {
        return IntStream.range(0, count)
                .map(i -> random.nextInt(WORDS_FROM, WORDS_TO))
                .toArray();
    }

    private Measured chunk() {
        float[] vector = new float[DIMENSION];
        double squares = 0;
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return new Measured(vector, 20 + random.nextInt(200), (float) (3 + random.nextDouble()));
    }
}
