package dev.streambed.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.chunk.Chunk;
import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.chunk.Chunker;
import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.Placement;
import dev.streambed.embed.model.Precision;
import dev.streambed.embed.model.SentenceModel;
import dev.streambed.embed.model.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The embedder without a pipeline around it: what the device gives by budget, sessions and slots; what one text costs; what starves
 * it; what its vectors depend on; what it does when memory runs out. One thread calls.
 */
public final class EmbedderBench {
    /** What the engine looks ahead on a GPU: a longer backlog packs no better there. */
    private static final int SEQUENCES = 4096;

    private static final int COMPARED = 256;

    private final EmbedderSetup setup;
    private final ModelFiles files;
    private final TextTokenizer tokenizer;
    private final Chunker chunker;
    private final Consumer<String> progress;

    private EmbedderBench(EmbedderSetup setup, ModelFiles files, TextTokenizer tokenizer, Consumer<String> progress) {
        this.setup = setup;
        this.files = files;
        this.tokenizer = tokenizer;
        this.chunker = new Chunker(tokenizer, setup.options().chunk(), files.maxTokens(), files.passagePrefix());
        this.progress = progress;
    }

    /**
     * Runs all of it.
     *
     * @param progress told what begins, for people
     * @throws BenchException where a text is not embedded
     * @throws IOException where the reference cannot be read
     */
    public static EmbedderReport run(EmbedderSetup setup, Consumer<String> progress) throws IOException {
        ModelFiles files = setup.options().files();
        try (TextTokenizer tokenizer = new TextTokenizer(files.tokenizerJson())) {
            return new EmbedderBench(setup, files, tokenizer, progress).run();
        }
    }

    private EmbedderReport run() throws IOException {
        List<int[]> pass = sequences(setup.corpus().texts());
        List<int[]> backlog = new ArrayList<>();
        while (backlog.size() < SEQUENCES) {
            backlog.addAll(pass);
        }
        EngineOptions options = setup.options();
        try (SentenceModel model = SentenceModel.open(files, options.placement())) {
            List<EmbedderReport.Rate> rates = rates(model, backlog);
            EmbedderReport.Single single = single(model, pass);
            int best = rates.stream()
                    .filter(rate -> rate.sessions() == 1)
                    .max(Comparator.comparingDouble(EmbedderReport.Rate::tokensPerSecond))
                    .orElseThrow()
                    .budget();
            List<EmbedderReport.Engine> engine = new ArrayList<>();
            for (int threads : setup.tokenizerThreads()) {
                engine.add(engine(model, threads, best));
            }
            return new EmbedderReport(
                    files.name(),
                    model.device().name(),
                    model.precision().name(),
                    new EmbedderReport.Windows(
                            setup.corpus().name(),
                            pass.size(),
                            pass.stream().mapToLong(one -> one.length).sum(),
                            pass.stream()
                                    .mapToLong(one -> (long) one.length * one.length)
                                    .sum()),
                    rates,
                    single,
                    engine,
                    sameness(model, pass),
                    setup.memoryBytes() > 0 && model.device() == Device.CUDA ? memory() : null);
        }
    }

    private List<int[]> sequences(List<String> texts) {
        List<int[]> sequences = new ArrayList<>();
        for (String text : texts) {
            for (Chunk chunk : chunker.chunk(text).chunks()) {
                sequences.add(chunk.sequence());
            }
        }
        return sequences;
    }

    private static List<List<int[]>> batches(List<int[]> sequences, int budget) {
        int[] lengths = sequences.stream().mapToInt(sequence -> sequence.length).toArray();
        return Packing.SORTED_BUDGET.pack(lengths, budget).stream()
                .map(batch -> batch.stream().map(sequences::get).toList())
                .toList();
    }

    /** One session with one slot and with as many as the engine has, then two sessions. */
    private List<EmbedderReport.Rate> rates(SentenceModel model, List<int[]> backlog) {
        int slots = setup.options().slotsOn(model.device());
        List<EmbedderReport.Rate> rates = new ArrayList<>();
        try (SentenceModel other = SentenceModel.open(files, setup.options().placement())) {
            for (int budget : setup.budgets()) {
                progress.accept("the model with batches of " + budget + " tokens");
                List<List<int[]>> batches = batches(backlog, budget);
                rates.add(ModelRate.of(List.of(model), 1, budget, batches, setup.each()));
                if (slots > 1) {
                    rates.add(ModelRate.of(List.of(model), slots, budget, batches, setup.each()));
                }
                rates.add(ModelRate.of(List.of(model, other), Math.max(2, slots), budget, batches, setup.each()));
            }
        }
        return rates;
    }

    /** The sequence of median length, alone. */
    private EmbedderReport.Single single(SentenceModel model, List<int[]> pass) {
        progress.accept("one text alone");
        List<int[]> sorted =
                pass.stream().sorted(Comparator.comparingInt(one -> one.length)).toList();
        int[] sequence = sorted.get(sorted.size() / 2);
        BatchModel runner = model.newRunner();
        for (int i = 0; i < setup.singles() / 4; i++) {
            float[][] unused = runner.embed(List.of(sequence));
        }
        long[] nanos = new long[setup.singles()];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            float[][] unused = runner.embed(List.of(sequence));
            nanos[i] = System.nanoTime() - start;
        }
        Latencies latencies = Latencies.ofNanos(nanos);
        return new EmbedderReport.Single(sequence.length, latencies.p50(), latencies.p99());
    }

    private EmbedderReport.Engine engine(SentenceModel model, int threads, int budget) {
        progress.accept("the engine with " + threads + " tokenizer threads");
        double alone = tokenizerAlone(threads);
        try (EngineRate engine = new EngineRate(
                setup.options().withTokenizerThreads(threads).withTokenBudget(budget),
                unused -> new SharedModel(model))) {
            EngineRate.Result result = engine.run(setup.corpus().texts(), setup.each());
            return new EmbedderReport.Engine(threads, result.tokensPerSecond(), result.fill(), alone, result.gpu());
        }
    }

    private double tokenizerAlone(int threads) {
        List<String> texts = setup.corpus().texts();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            AtomicInteger next = new AtomicInteger();
            AtomicLong tokens = new AtomicLong();
            long start = System.nanoTime();
            long end = start + setup.each().dividedBy(2).toNanos();
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                all.add(CompletableFuture.runAsync(
                        () -> {
                            do {
                                String text = texts.get(Math.floorMod(next.getAndIncrement(), texts.size()));
                                for (Chunk chunk : chunker.chunk(text).chunks()) {
                                    tokens.addAndGet(chunk.sequence().length);
                                }
                            } while (System.nanoTime() - end < 0);
                        },
                        executor));
            }
            CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).join();
            return tokens.get() / ((System.nanoTime() - start) / 1e9);
        } finally {
            executor.shutdownNow();
        }
    }

    private EmbedderReport.Sameness sameness(SentenceModel model, List<int[]> pass) throws IOException {
        progress.accept("whether a vector depends on its batch");
        List<int[]> compared = pass.subList(0, Math.min(COMPARED, pass.size()));
        float[][] alone = alone(model, compared);
        int largest = setup.budgets().stream().mapToInt(Integer::intValue).max().orElseThrow();
        int[] lengths = compared.stream().mapToInt(one -> one.length).toArray();
        double batches = 1;
        BatchModel runner = model.newRunner();
        for (List<Integer> batch : Packing.SORTED_BUDGET.pack(lengths, largest)) {
            float[][] together = runner.embed(batch.stream().map(compared::get).toList());
            for (int row = 0; row < together.length; row++) {
                batches = Math.min(batches, cosine(together[row], alone[batch.get(row)]));
            }
        }
        Double precision = null;
        if (model.precision() != Precision.FP32) {
            Placement exact = setup.options().placement().withPrecision(Precision.FP32);
            try (SentenceModel other = SentenceModel.open(files, exact)) {
                precision = least(alone, alone(other, compared));
            }
        }
        Path file = setup.reference();
        return new EmbedderReport.Sameness(
                compared.size(), batches, precision, file == null ? null : reference(model, file));
    }

    private static float[][] alone(SentenceModel model, List<int[]> sequences) {
        BatchModel runner = model.newRunner();
        return sequences.stream().map(one -> runner.embed(List.of(one))[0]).toArray(float[][]::new);
    }

    /** Cut at the model's limit, as who made the reference did. */
    private double reference(SentenceModel model, Path file) throws IOException {
        Chunker cutting = new Chunker(
                tokenizer, new ChunkOptions(ChunkMode.TRUNCATE, 0, 0, 1), files.maxTokens(), files.passagePrefix());
        ObjectMapper mapper = new ObjectMapper();
        BatchModel runner = model.newRunner();
        double least = 1;
        for (String line : Files.readAllLines(file)) {
            JsonNode node = mapper.readTree(line);
            float[] expected = mapper.convertValue(node.path("vector"), float[].class);
            int[] sequence =
                    cutting.chunk(node.path("text").asText()).chunks().get(0).sequence();
            least = Math.min(least, cosine(runner.embed(List.of(sequence))[0], expected));
        }
        return least;
    }

    /** An engine with too little memory for its budget should embed every text all the same; where it does not, that is a figure too. */
    private EmbedderReport.@Nullable Memory memory() {
        progress.accept("running out of memory");
        Placement all = setup.options().placement();
        Placement tight = new Placement(all.device(), all.precision(), all.deviceId(), setup.memoryBytes());
        int budget = setup.budgets().stream().mapToInt(Integer::intValue).max().orElseThrow();
        try (EngineRate engine =
                new EngineRate(setup.options().withTokenBudget(budget), unused -> SentenceModel.open(files, tight))) {
            List<String> texts = new ArrayList<>();
            while (texts.size() < SEQUENCES) {
                texts.addAll(setup.corpus().texts());
            }
            int embedded = engine.all(texts);
            return new EmbedderReport.Memory(
                    setup.memoryBytes(),
                    budget,
                    texts.size(),
                    embedded,
                    (long) engine.counter("streambed.embed.out.of.memory"),
                    (int) engine.gauge("streambed.embed.token.budget"));
        }
    }

    private static double least(float[][] some, float[][] others) {
        double least = 1;
        for (int i = 0; i < some.length; i++) {
            least = Math.min(least, cosine(some[i], others[i]));
        }
        return least;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }
}
