package dev.streambed.cli.bench;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.ServiceFactory;
import dev.streambed.cli.service.Services;
import dev.streambed.embed.model.SentenceModel;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The order of events of a benchmark: everything is there from the beginning, warmed up, and then takes turns, so that the moods of the
 * machine meet all alike. One thread.
 */
public final class Bench {
    private static final int WARM_UP_DOCUMENTS = 100;

    /** Of the short documents: the work around the model is the same for them, and soon done thousands of times. */
    private static final int SHORT_CHARS = 20;

    private static final int SHORT_DOCUMENTS_A_TEXT = 200;

    /** The share of one core from which the compiler counts as quiet, over so many passes, and how long that is waited for. */
    private static final double QUIET = 0.015;

    private static final int QUIET_PASSES = 3;

    private static final int MOST_PASSES = 40;

    private static final double ALIKE = 0.9999;

    private final BenchCorpus corpus;
    private final BareLoop bare;
    private final Pipeline stub;
    private final KeptVectors kept;
    private final @Nullable Pipeline milvus;
    private final StageRate stageRate;
    private final Random random;
    private final Consumer<String> progress;

    private final Map<Packing, Rounds> bareRounds = new EnumMap<>(Packing.class);
    private final Rounds stubRounds = new Rounds();
    private final Rounds milvusRounds = new Rounds();
    private final Rounds stageRounds = new Rounds();
    private final Rounds mapRounds = new Rounds();
    private BareLoop.@Nullable Run lastBare;
    private double realTokens;
    private double paddedTokens;
    private long batches;
    private double leastCosine = 1;

    private Bench(
            BenchCorpus corpus,
            BareLoop bare,
            Pipeline stub,
            KeptVectors kept,
            @Nullable Pipeline milvus,
            StageRate stageRate,
            Random random,
            Consumer<String> progress) {
        this.corpus = corpus;
        this.bare = bare;
        this.stub = stub;
        this.kept = kept;
        this.milvus = milvus;
        this.stageRate = stageRate;
        this.random = random;
        this.progress = progress;
        for (Packing packing : Packing.values()) {
            bareRounds.put(packing, new Rounds());
        }
    }

    /**
     * Runs all of it, which takes minutes.
     *
     * @param progress told what begins, for people
     * @throws BenchException where the pipeline's vectors are not the bare loop's, or a document was not indexed
     * @throws Exception where a part does not start
     */
    public static BenchReport run(BenchSetup setup, Consumer<String> progress) throws Exception {
        KeptVectors kept = new KeptVectors();
        StreambedConfig config = setup.stub();
        ServiceFactory around = Services.around(
                files ->
                        SentenceModel.open(files, Services.engineOptions(config).placement()),
                engine -> kept);
        StageRate stageRate = new StageRate(config.kafka().bootstrapServers(), setup.directory(), setup.stageRecords());
        Random random = new Random(setup.seed());
        try (BareLoop bare = BareLoop.open(Services.engineOptions(config));
                Pipeline stub = Pipeline.start("the stub store", config, around);
                Pipeline milvus =
                        setup.milvus() == null ? null : Pipeline.start("Milvus", setup.milvus(), Services::start)) {
            return new Bench(setup.corpus(), bare, stub, kept, milvus, stageRate, random, progress)
                    .run(setup.rounds(), setup.loadSeconds());
        }
    }

    private BenchReport run(int rounds, int loadSeconds) throws Exception {
        warmUp();
        for (int round = 1; round <= rounds; round++) {
            List<Runnable> turns = turns(round);
            Collections.rotate(turns, round);
            turns.forEach(Runnable::run);
        }
        Packing best = bareRounds.entrySet().stream()
                .max(Map.Entry.comparingByValue((a, b) -> Double.compare(a.median(), b.median())))
                .orElseThrow()
                .getKey();
        double bareRate = rounds(best).median();
        Pipeline loaded = milvus != null ? milvus : stub;
        Latencies load20 = load(loaded, 0.2, bareRate, loadSeconds);
        Latencies load60 = load(loaded, 0.6, bareRate, loadSeconds);
        stage(rounds);
        progress.accept("the tokenizer alone");
        return report(best, load20, load60, bare.tokenize(corpus.texts()));
    }

    private void warmUp() {
        progress.accept("warming up");
        List<String> texts = corpus.first(WARM_UP_DOCUMENTS).texts();
        for (Packing packing : Packing.values()) {
            lastBare = bare.run(texts, packing);
        }
        warmUp(stub, texts);
        if (milvus != null) {
            warmUp(milvus, texts);
        }
    }

    /**
     * Until the JVM has compiled what surrounds the model: it takes thousands of documents to get there, and as long as it compiles it takes the
     * cores from the model.
     */
    private static void warmUp(Pipeline pipeline, List<String> texts) {
        List<String> brief = IntStream.range(0, SHORT_DOCUMENTS_A_TEXT * texts.size())
                .mapToObj(i -> i + " " + texts.get(i % texts.size()))
                .map(text -> text.substring(0, Math.min(text.length(), SHORT_CHARS)))
                .toList();
        double unused = pipeline.backlog(brief);
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        int quiet = 0;
        for (int pass = 0; pass < MOST_PASSES && quiet < QUIET_PASSES; pass++) {
            long before = compiler.getTotalCompilationTime();
            double seconds = pipeline.backlog(texts);
            boolean isQuiet = compiler.getTotalCompilationTime() - before <= QUIET * 1e3 * seconds;
            quiet = isQuiet ? quiet + 1 : 0;
        }
    }

    private List<Runnable> turns(int round) {
        List<Runnable> turns = new ArrayList<>();
        for (Packing packing : Packing.values()) {
            turns.add(() -> {
                progress.accept("round " + round + ": the bare loop, " + name(packing));
                BareLoop.Run run = bare.run(corpus.texts(), packing);
                lastBare = run;
                rounds(packing).add(corpus.texts().size() / run.seconds());
            });
        }
        turns.add(() -> stub(round));
        Pipeline real = milvus;
        if (real != null) {
            turns.add(() -> {
                progress.accept("round " + round + ": the pipeline with Milvus");
                milvusRounds.add(corpus.texts().size() / real.backlog(corpus.texts()));
            });
        }
        return turns;
    }

    private void stub(int round) {
        progress.accept("round " + round + ": the pipeline with the stub store");
        kept.clear();
        double realBefore = stub.realTokens();
        double paddedBefore = stub.paddedTokens();
        long batchesBefore = stub.batches();
        stubRounds.add(corpus.texts().size() / stub.backlog(corpus.texts()));
        realTokens += stub.realTokens() - realBefore;
        paddedTokens += stub.paddedTokens() - paddedBefore;
        batches += stub.batches() - batchesBefore;
        BareLoop.Run expected = lastBare;
        if (expected != null && expected.vectors().length == corpus.texts().size()) {
            compare(expected.vectors());
        }
    }

    /** Every vector that the bare loop made is in the store, and is the same. */
    private void compare(float[][][] expected) {
        for (int text = 0; text < expected.length; text++) {
            for (int chunk = 0; chunk < expected[text].length; chunk++) {
                String row = stub.documentId(text) + "#" + chunk;
                float[] vector = kept.of(row);
                double cosine = vector == null ? 0 : dot(vector, expected[text][chunk]);
                leastCosine = Math.min(leastCosine, cosine);
                if (cosine < ALIKE) {
                    throw new BenchException(
                            "row " + row + (vector == null ? " is not in the store" : " has cosine " + cosine)
                                    + " with the bare loop's vector; the figures compare nothing then");
                }
            }
        }
    }

    /** Both are of length 1. */
    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private Latencies load(Pipeline pipeline, double share, double bareRate, int seconds) {
        double rate = share * bareRate;
        progress.accept(String.format(
                Locale.ROOT,
                "latency at %.0f %% of the bare rate, %.1f documents a second, with %s",
                share * 100,
                rate,
                pipeline.name()));
        return pipeline.openLoop(corpus.texts(), (int) Math.max(1, rate * seconds), rate, random)
                .latencies();
    }

    private void stage(int rounds) throws Exception {
        progress.accept("the stage against mapValues");
        stageRate.fill(random);
        double unused = stageRate.mapValues();
        double unusedToo = stageRate.stage();
        for (int round = 0; round < rounds; round++) {
            stageRounds.add(stageRate.stage());
            mapRounds.add(stageRate.mapValues());
        }
    }

    private BenchReport report(Packing best, Latencies load20, Latencies load60, TokenizerRate tokenizer) {
        BareLoop.Run run = lastBare;
        if (run == null) {
            throw new IllegalStateException("the bare loop has not run");
        }
        double bareRate = rounds(best).median();
        Map<String, Rounds> packings = new LinkedHashMap<>();
        bareRounds.forEach((packing, rounds) -> packings.put(name(packing), rounds));
        Map<String, Rounds> stores = new LinkedHashMap<>();
        stores.put("stubStore", stubRounds);
        if (milvus != null) {
            stores.put("milvus", milvusRounds);
        }
        Map<String, Rounds> stage = new LinkedHashMap<>();
        stage.put("stage", stageRounds);
        stage.put("mapValues", mapRounds);
        double meanTokens = paddedTokens / batches;
        return new BenchReport(
                new BenchReport.Machine(Runtime.getRuntime().availableProcessors(), bare.slots(), bare.tokenBudget()),
                new BenchReport.Corpus(corpus.name(), corpus.texts().size(), run.sequences(), run.realTokens()),
                new BenchReport.Bare(bareRate, name(best), packings),
                stores,
                new BenchReport.Batches(meanTokens, meanTokens / bare.tokenBudget()),
                new BenchReport.Ratio(
                        stubRounds.median() / bareRate,
                        milvus == null ? null : milvusRounds.median() / bareRate,
                        realTokens / paddedTokens,
                        stageRounds.median() / mapRounds.median()),
                load20,
                load60,
                tokenizer,
                stage,
                leastCosine);
    }

    private Rounds rounds(Packing packing) {
        return bareRounds.computeIfAbsent(packing, unused -> new Rounds());
    }

    private static String name(Packing packing) {
        return packing.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
