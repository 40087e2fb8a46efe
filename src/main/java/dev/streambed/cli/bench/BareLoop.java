package dev.streambed.cli.bench;

import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.chunk.Chunk;
import dev.streambed.embed.chunk.Chunker;
import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.SentenceModel;
import dev.streambed.embed.model.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the model does on this machine with nothing around it: all texts are there, are cut, sorted and run, on as many threads as the
 * engine has (slots, or threads that cut where these are more). The same model, tokenizer and windows as the pipeline's. One caller at a time.
 */
final class BareLoop implements AutoCloseable {
    private final TextTokenizer tokenizer;
    private final SentenceModel model;
    private final Chunker chunker;
    private final List<BatchModel> runners;
    private final int tokenBudget;
    private final int cutters;
    private final ExecutorService threads;

    /**
     * What one run took.
     *
     * @param seconds from the texts to all vectors
     * @param vectors of each text's chunks
     * @param sequences how many were run
     * @param realTokens in them
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Run(double seconds, float[][][] vectors, int sequences, long realTokens) {}

    private BareLoop(
            TextTokenizer tokenizer, SentenceModel model, Chunker chunker, int slots, int cutters, int tokenBudget) {
        this.tokenizer = tokenizer;
        this.model = model;
        this.chunker = chunker;
        this.tokenBudget = tokenBudget;
        this.runners = Stream.generate(model::newRunner).limit(slots).toList();
        this.cutters = Math.max(slots, cutters);
        this.threads = Executors.newFixedThreadPool(this.cutters);
    }

    /** Loads the model an engine of these options has. */
    static BareLoop open(EngineOptions options) {
        ModelFiles files = options.files();
        TextTokenizer tokenizer = new TextTokenizer(files.tokenizerJson());
        try {
            SentenceModel model = SentenceModel.open(files, options.placement());
            Chunker chunker = new Chunker(tokenizer, options.chunk(), files.maxTokens(), files.passagePrefix());
            return new BareLoop(
                    tokenizer,
                    model,
                    chunker,
                    options.slotsOn(model.device()),
                    options.tokenizerThreadsOn(model.device()),
                    options.batchingOn(model.device()).largestBudget());
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    int tokenBudget() {
        return tokenBudget;
    }

    int slots() {
        return runners.size();
    }

    /** Texts cut a second on one thread, and tokens. */
    TokenizerRate tokenize(List<String> texts) {
        long tokens = 0;
        long start = System.nanoTime();
        for (String text : texts) {
            for (Chunk chunk : chunker.chunk(text).chunks()) {
                tokens += chunk.sequence().length;
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new TokenizerRate(texts.size() / seconds, tokens / seconds);
    }

    /** From the texts to the vectors. */
    Run run(List<String> texts, Packing packing) {
        long start = System.nanoTime();
        List<List<Chunk>> cut = new ArrayList<>(texts.size());
        texts.forEach(text -> cut.add(List.of()));
        each(
                texts.size(),
                cutters,
                unused -> i -> cut.set(i, chunker.chunk(texts.get(i)).chunks()));

        List<int[]> sequences = new ArrayList<>();
        List<int[]> places = new ArrayList<>();
        float[][][] vectors = new float[texts.size()][][];
        for (int text = 0; text < cut.size(); text++) {
            vectors[text] = new float[cut.get(text).size()][];
            for (int chunk = 0; chunk < cut.get(text).size(); chunk++) {
                sequences.add(cut.get(text).get(chunk).sequence());
                places.add(new int[] {text, chunk});
            }
        }
        int[] lengths = sequences.stream().mapToInt(sequence -> sequence.length).toArray();
        List<List<Integer>> batches = packing.pack(lengths, tokenBudget);
        each(batches.size(), runners.size(), slot -> {
            BatchModel runner = runners.get(slot);
            return i -> {
                List<Integer> batch = batches.get(i);
                float[][] of = runner.embed(batch.stream().map(sequences::get).toList());
                for (int row = 0; row < of.length; row++) {
                    int[] place = places.get(batch.get(row));
                    vectors[place[0]][place[1]] = of[row];
                }
            };
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Run(
                seconds,
                vectors,
                lengths.length,
                IntStream.of(lengths).asLongStream().sum());
    }

    /** The work of one slot's thread. */
    private interface Work {
        IntConsumer of(int slot);
    }

    /** Does 0..count-1, each once, on so many threads. */
    private void each(int count, int workers, Work work) {
        AtomicInteger next = new AtomicInteger();
        CompletableFuture<?>[] all = IntStream.range(0, workers)
                .mapToObj(slot -> CompletableFuture.runAsync(
                        () -> {
                            IntConsumer one = work.of(slot);
                            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                                one.accept(i);
                            }
                        },
                        threads))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(all).join();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        model.close();
        tokenizer.close();
    }
}
