package dev.streambed.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.faulty.StubModel;
import dev.streambed.cli.service.ServiceFactory;
import dev.streambed.cli.service.Services;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The pipeline with a model that takes no time and a store that keeps nothing, observed and not, by turns. Observed: all meters in the
 * registry of {@code /metrics}, which is read; the lag; drift; spans of a tenth of the events, the default, to a collector that takes them. Not
 * observed: meters of a registry that keeps none, and nothing else. One thread.
 *
 * <p>Both are up all the time, for a start is a second of compilers' work. What the observed one does while it has nothing to do (the lag, and being
 * read, every 5 s) falls on both; it is less than a hundredth of a core.
 */
public final class ObservationBench {
    /** Unanswered at a time: enough that the pipeline never waits for more. */
    private static final int IN_FLIGHT = 5_000;

    /** Compilers take the cores from what is measured; below this share of the time they are left out of account. */
    private static final double QUIET = 0.03;

    private static final int MOST_PASSES = 8;

    private final ObservationSetup setup;
    private final List<String> texts;
    private final Consumer<String> progress;
    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();

    /** One of the two, and what is gathered of it. */
    private record Side(Pipeline pipeline, Rounds documentsPerSecond, Rounds cpuMicros) {
        static Side of(Pipeline pipeline) {
            return new Side(pipeline, new Rounds(), new Rounds());
        }

        ObservationReport.Side report() {
            return new ObservationReport.Side(documentsPerSecond, cpuMicros);
        }
    }

    private ObservationBench(ObservationSetup setup, List<String> texts, Consumer<String> progress) {
        this.setup = setup;
        this.texts = texts;
        this.progress = progress;
    }

    /**
     * Runs it, which takes minutes.
     *
     * @param progress told what begins, for people
     * @throws BenchException where a document was not indexed
     * @throws Exception where a service does not start
     */
    public static ObservationReport run(ObservationSetup setup, Consumer<String> progress) throws Exception {
        ServiceFactory fast = Services.around(files -> new StubModel(0), engine -> new NoStore());
        try (SpanSink collector = SpanSink.start()) {
            StreambedConfig on = setup.configs()
                    .named("observed", Map.of("traces.endpoint", collector.url().toString(), "http.port", "0"));
            StreambedConfig off = setup.configs().named("plain", Map.of("drift.enabled", "false"));
            // Meters of a registry that has no other one below it do nothing.
            try (Pipeline observed = Pipeline.start(
                            "observation", on, setup.observed().apply(fast), new CompositeMeterRegistry());
                    Pipeline plain = Pipeline.start("no observation", off, fast, new CompositeMeterRegistry())) {
                return new ObservationBench(setup, BenchCorpus.sentences().texts(), progress)
                        .run(Side.of(observed), Side.of(plain));
            }
        }
    }

    private ObservationReport run(Side observed, Side plain) throws InterruptedException {
        progress.accept("warming up");
        double share = 1;
        for (int pass = 0; pass < MOST_PASSES && share > QUIET; pass++) {
            long start = System.nanoTime();
            long before = compiler.getTotalCompilationTime();
            measure(Side.of(observed.pipeline));
            measure(Side.of(plain.pipeline));
            share = (compiler.getTotalCompilationTime() - before) * 1e6 / (System.nanoTime() - start);
        }
        for (int round = 1; round <= setup.rounds(); round++) {
            progress.accept("round " + round);
            // Not the other way round in every other round: who follows itself is slower, by what it has left to do.
            measure(observed);
            measure(plain);
        }
        return ObservationReport.of(setup.documents(), observed.report(), plain.report());
    }

    private void measure(Side side) throws InterruptedException {
        ProcessMemory unused = ProcessMemory.live(); // every turn begins without garbage
        long before = process.getProcessCpuTime();
        double seconds = side.pipeline.flood(setup.documents(), IN_FLIGHT, i -> texts.get(i % texts.size()));
        side.cpuMicros.add((process.getProcessCpuTime() - before) / 1e3 / setup.documents());
        side.documentsPerSecond.add(setup.documents() / seconds);
    }
}
