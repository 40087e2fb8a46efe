package dev.streambed.embed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.chunk.Chunker;
import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.SentenceModel;
import dev.streambed.embed.model.TextTokenizer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The engine against a bare loop over the Cranfield abstracts: same model, same tokenizer, truncated at the model's limit, interleaved
 * in one process, medians. The bare loop tokenises on its slots, sorts everything by length and runs the best of three packings.
 * Arguments: documents (1398), rounds (3).
 */
public final class EngineThroughput {
    private EngineThroughput() {}

    public static void main(String[] arguments) throws Exception {
        int documents = arguments.length > 0 ? Integer.parseInt(arguments[0]) : Integer.MAX_VALUE;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        List<String> texts = SharedData.lines("data/cranfield/documents.jsonl").stream()
                .map((JsonNode line) -> line.path("text").asText())
                .filter(text -> !text.isBlank())
                .limit(documents)
                .toList();
        ChunkOptions truncate = new ChunkOptions(ChunkMode.TRUNCATE, 0, 0, 1);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        ModelFiles files = BundledModel.files();
        try (OnnxEmbeddingEngine engine =
                        OnnxEmbeddingEngine.open(EngineOptions.DEFAULT.withChunk(truncate), registry);
                TextTokenizer tokenizer = new TextTokenizer(files.tokenizerJson());
                SentenceModel model = SentenceModel.open(files, Device.AUTO)) {
            Chunker chunker = new Chunker(tokenizer, truncate, files.maxTokens(), "");
            int[] budgets = {1, 512, 1024};
            double[][] bare = new double[budgets.length][rounds];
            double[] pipeline = new double[rounds];
            engine(engine, texts.subList(0, Math.min(100, texts.size())));
            double realBefore = count(registry, "real");
            double paddedBefore = count(registry, "padded");
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < budgets.length; i++) {
                    bare[i][round] = bare(model, chunker, texts, budgets[i]);
                }
                pipeline[round] = engine(engine, texts);
                System.out.printf("round %d: engine %.1f docs/s%n", round + 1, pipeline[round]);
            }
            double best = 0;
            for (int i = 0; i < budgets.length; i++) {
                double median = median(bare[i]);
                best = Math.max(best, median);
                System.out.printf("bare, budget %d: %.1f docs/s %s%n", budgets[i], median, Arrays.toString(bare[i]));
            }
            System.out.printf("engine: %.1f docs/s %s%n", median(pipeline), Arrays.toString(pipeline));
            System.out.printf("engine / best bare: %.3f%n", median(pipeline) / best);
            System.out.printf(
                    "real / padded tokens: %.3f%n",
                    (count(registry, "real") - realBefore) / (count(registry, "padded") - paddedBefore));
        }
    }

    private static double engine(EmbeddingEngine engine, List<String> texts) {
        long start = System.nanoTime();
        List<CompletableFuture<EmbeddedText>> results = new ArrayList<>();
        for (String text : texts) {
            results.add(engine.embed(text, Lane.BULK));
        }
        results.forEach(CompletableFuture::join);
        return texts.size() * 1e9 / (System.nanoTime() - start);
    }

    private static double bare(SentenceModel model, Chunker chunker, List<String> texts, int budget) throws Exception {
        long start = System.nanoTime();
        List<int[]> sequences = new ArrayList<>();
        for (String text : texts) {
            sequences.add(chunker.chunk(text).chunks().get(0).sequence());
        }
        sequences.sort(Comparator.comparingInt(sequence -> -sequence.length));
        List<List<int[]>> batches = new ArrayList<>();
        List<int[]> batch = new ArrayList<>();
        for (int[] sequence : sequences) {
            if (!batch.isEmpty() && (batch.size() + 1) * batch.get(0).length > budget) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(sequence);
        }
        batches.add(batch);
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            BatchModel runner = model.newRunner();
            threads.add(new Thread(() -> {
                for (int index = next.getAndIncrement(); index < batches.size(); index = next.getAndIncrement()) {
                    runner.embed(batches.get(index));
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return texts.size() * 1e9 / (System.nanoTime() - start);
    }

    private static double count(SimpleMeterRegistry registry, String kind) {
        return registry.get("streambed.embed.tokens." + kind).counter().count();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
