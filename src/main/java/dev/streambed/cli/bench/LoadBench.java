package dev.streambed.cli.bench;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.faulty.StubModel;
import dev.streambed.cli.service.ServiceFactory;
import dev.streambed.cli.service.Services;
import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.model.SentenceModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The order of events of a benchmark under load: one pipeline after the other, each whole, with a broker and a store that keeps nothing.
 * One thread.
 */
public final class LoadBench {
    private static final int WARM_UP_DOCUMENTS = 100;

    /** What is left of a backlog is nobody's concern. */
    private static final Map<String, String> LEAVES_A_BACKLOG = Map.of("shutdown.timeout", "2s");

    /** So that a document of thousands of chunks is no book. */
    private static final Map<String, String> SMALL_WINDOWS = Map.of("chunk.tokens", "32", "chunk.overlap", "0");

    private final LoadSetup setup;
    private final Random random;
    private final Consumer<String> progress;

    private @Nullable Double bare;
    private LoadReport.@Nullable Load10 load10;
    private LoadReport.@Nullable Backlog backlog;
    private LoadReport.@Nullable Large large;
    private @Nullable List<LoadReport.Scale> scale;

    private LoadBench(LoadSetup setup, Consumer<String> progress) {
        this.setup = setup;
        this.random = new Random(setup.seed());
        this.progress = progress;
    }

    /**
     * Runs the parts asked for, which takes minutes.
     *
     * @param progress told what begins, for people
     * @throws BenchException where a document was not indexed, or a backlog did not last
     * @throws Exception where a part does not start
     */
    public static LoadReport run(LoadSetup setup, Consumer<String> progress) throws Exception {
        return new LoadBench(setup, progress).run();
    }

    private LoadReport run() throws Exception {
        if (asked(LoadPart.LOAD10) || asked(LoadPart.BACKLOG)) {
            interactive();
        }
        if (asked(LoadPart.LARGE)) {
            large();
        }
        if (asked(LoadPart.SCALE)) {
            scale();
        }
        return new LoadReport(
                setup.seed(), bare, load10, backlog, large, scale, scale == null ? null : ScaleLoad.ratio(scale));
    }

    private boolean asked(LoadPart part) {
        return setup.parts().contains(part);
    }

    private void interactive() throws Exception {
        StreambedConfig config = setup.configs().named("interactive", LEAVES_A_BACKLOG);
        List<String> texts = setup.corpus().texts();
        double bareRate = bareRate(Services.engineOptions(config), texts);
        bare = bareRate;
        try (Pipeline pipeline = Pipeline.start("interactive documents", config, withModel(config))) {
            InteractiveLoad load =
                    new InteractiveLoad(pipeline, config, texts, bareRate, setup.loadSeconds(), random, progress);
            load.warmUp();
            if (asked(LoadPart.LOAD10)) {
                load10 = load.load10();
            }
            if (asked(LoadPart.BACKLOG)) {
                backlog = load.backlog(setup.backlog());
            }
        }
    }

    /** Documents a second of the best packing. */
    private double bareRate(EngineOptions options, List<String> texts) {
        progress.accept("the bare loop");
        try (BareLoop loop = BareLoop.open(options)) {
            BareLoop.Run unused = loop.run(texts.subList(0, Math.min(texts.size(), WARM_UP_DOCUMENTS)), Packing.ALONE);
            return Arrays.stream(Packing.values())
                    .mapToDouble(
                            packing -> texts.size() / loop.run(texts, packing).seconds())
                    .max()
                    .orElseThrow();
        }
    }

    private void large() throws Exception {
        StreambedConfig config = setup.configs().named("large", SMALL_WINDOWS);
        List<String> sentences = sentences();
        String text = LongText.of(Services.engineOptions(config), setup.chunks(), sentences, random);
        try (Pipeline pipeline = Pipeline.start("a large document", config, withModel(config))) {
            large = new LargeDocumentLoad(pipeline, text, sentences, random, progress)
                    .measure(setup.rounds(), setup.loadSeconds());
        }
    }

    private void scale() throws Exception {
        StreambedConfig config = setup.configs().named("scale", Map.of());
        ServiceFactory fast = Services.around(files -> new StubModel(0), engine -> new NoStore());
        try (Pipeline pipeline = Pipeline.start("a model that takes no time", config, fast)) {
            scale = new ScaleLoad(pipeline, sentences(), progress).measure(setup.scale(), setup.rounds());
        }
    }

    private static List<String> sentences() throws IOException {
        return BenchCorpus.sentences().texts();
    }

    private static ServiceFactory withModel(StreambedConfig config) {
        return Services.around(
                files ->
                        SentenceModel.open(files, Services.engineOptions(config).placement()),
                engine -> new NoStore());
    }
}
