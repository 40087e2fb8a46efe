package dev.streambed.cli.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The rate of short documents by how many there are, the sizes by turns, and what memory they leave. One caller at a time.
 */
final class ScaleLoad {
    /** Unanswered at a time: enough that the pipeline never waits for more, the same for every size. */
    private static final int IN_FLIGHT = 5_000;

    /** Compilers and heap need so many before the rate is steady. */
    private static final int WARM_UP_DOCUMENTS = 30_000;

    private final Pipeline pipeline;
    private final List<String> texts;
    private final Consumer<String> progress;

    /** @param texts short ones, used again and again */
    ScaleLoad(Pipeline pipeline, List<String> texts, Consumer<String> progress) {
        this.pipeline = pipeline;
        this.texts = texts;
        this.progress = progress;
    }

    /** The sizes in their order, in every round. */
    List<LoadReport.Scale> measure(List<Integer> sizes, int rounds) throws InterruptedException {
        progress.accept("warming up");
        double unused = seconds(Math.min(WARM_UP_DOCUMENTS, Collections.max(sizes)));
        Map<Integer, Rounds> rates = new LinkedHashMap<>();
        Map<Integer, ProcessMemory> memory = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (int size : sizes) {
                progress.accept("round " + round + ": " + size + " short documents");
                rates.computeIfAbsent(size, none -> new Rounds()).add(size / seconds(size));
                memory.put(size, ProcessMemory.live());
            }
        }
        List<LoadReport.Scale> scale = new ArrayList<>();
        rates.forEach((size, each) -> {
            ProcessMemory then = memory.getOrDefault(size, ProcessMemory.now());
            scale.add(new LoadReport.Scale(size, each.median(), each, then.rssBytes(), then.heapBytes()));
        });
        return scale;
    }

    private double seconds(int documents) throws InterruptedException {
        return pipeline.flood(documents, IN_FLIGHT, i -> texts.get(i % texts.size()));
    }

    /** The least rate over the largest. */
    static double ratio(List<LoadReport.Scale> scale) {
        double least = scale.stream()
                .mapToDouble(LoadReport.Scale::documentsPerSecond)
                .min()
                .orElseThrow();
        double most = scale.stream()
                .mapToDouble(LoadReport.Scale::documentsPerSecond)
                .max()
                .orElseThrow();
        return least / most;
    }
}
