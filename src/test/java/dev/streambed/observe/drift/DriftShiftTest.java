package dev.streambed.observe.drift;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streambed.embed.EmbeddedText;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.Lane;
import dev.streambed.embed.OnnxEmbeddingEngine;
import dev.streambed.embed.SharedData;
import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.Placement;
import dev.streambed.embed.model.SentenceModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * With the real model: a baseline of Cranfield's abstracts, then the same, then something else, then the same through another model. Each text
 * is embedded once. Prints the table of docs/drift.md; {@code -Dstreambed.drift.draws=N} draws more windows for the rate of false alarms.
 */
class DriftShiftTest {
    private static final int WINDOW = 100;
    private static final int BASELINE = 500;
    private static final int ABSTRACTS = BASELINE + 3 * WINDOW;

    /** The start of each text: enough to know what it is about. */
    private static final int TOKENS = 40;

    private static final Projections PROJECTIONS = new Projections(384);
    private static final Map<String, Measured> KNOWN = new HashMap<>();

    private static OnnxEmbeddingEngine engine;
    private static Random random;
    private static List<Measured> abstracts;
    private static List<String> shuffledTexts;
    private static List<Measured> shuffled;
    private static Baseline baseline;

    @BeforeAll
    static void embedCranfield() throws IOException {
        List<String> texts = SharedData.lines("data/cranfield/documents.jsonl").stream()
                .map(line -> line.path("text").asText())
                .filter(text -> !text.isBlank())
                .distinct()
                .limit(ABSTRACTS)
                .toList();
        random = Vectors.seeded("DriftShiftTest");
        engine = open(DriftShiftTest::real);
        abstracts = embedded(texts);
        List<Measured> unused = embedded(CanaryTexts.load()); // all at once is faster
        shuffledTexts = shuffled(texts);
        shuffled = embedded(shuffledTexts);
        baseline = baselineOf(shuffled);
    }

    @AfterAll
    static void close() {
        if (engine != null) {
            engine.close();
        }
        KNOWN.clear();
    }

    private static OnnxEmbeddingEngine open(Function<ModelFiles, ? extends EmbeddingModel> models) {
        EngineOptions options = EngineOptions.DEFAULT.withChunk(new ChunkOptions(ChunkMode.TRUNCATE, TOKENS, 0, 1));
        return OnnxEmbeddingEngine.open(options, models, new SimpleMeterRegistry());
    }

    private static SentenceModel real(ModelFiles files) {
        return SentenceModel.open(files, Placement.CPU);
    }

    /** By the real model, which is asked once for each text. */
    private static List<Measured> embedded(List<String> texts) {
        return embedded(engine, KNOWN, texts);
    }

    private static List<Measured> embedded(EmbeddingEngine with, Map<String, Measured> known, List<String> texts) {
        List<String> missing = texts.stream()
                .filter(text -> !known.containsKey(text))
                .distinct()
                .toList();
        List<Measured> made = embed(with, missing);
        for (int i = 0; i < made.size(); i++) {
            known.put(missing.get(i), made.get(i));
        }
        return texts.stream()
                .map(text -> Objects.requireNonNull(known.get(text)))
                .toList();
    }

    private static List<Measured> embed(EmbeddingEngine with, List<String> texts) {
        List<CompletableFuture<EmbeddedText>> calls =
                texts.stream().map(text -> with.embed(text, Lane.BULK)).collect(Collectors.toList());
        return calls.stream()
                .map(CompletableFuture::join)
                .map(text -> new Measured(
                        text.chunks().get(0).vector(),
                        text.measures().get(0).tokens(),
                        text.measures().get(0).norm()))
                .toList();
    }

    private static <T> List<T> shuffled(List<T> all) {
        List<T> copy = new ArrayList<>(all);
        Collections.shuffle(copy, random);
        return copy;
    }

    private static Baseline baselineOf(List<Measured> chunks) {
        Gathering gathering = new Gathering(engine.dimension(), WINDOW, BASELINE);
        chunks.subList(0, BASELINE).forEach(gathering::add);
        return gathering.finish(PROJECTIONS, "f", DriftOptions.ALL, 0);
    }

    private static List<Measured> rest(List<Measured> chunks) {
        return chunks.subList(BASELINE, chunks.size());
    }

    /** A watch with a baseline, and a canary that was learned from the real model. */
    private static final class Watched {
        /** What the canary asks. */
        private Function<String, float[]> model =
                text -> embedded(List.of(text)).get(0).vector();

        private final DriftWatch watch;
        private final CanaryWatch canary;
        private long now;

        Watched(Baseline baseline) {
            DriftOptions options = new DriftOptions(
                    "minilm",
                    "f",
                    engine.dimension(),
                    null,
                    1,
                    BASELINE,
                    WINDOW,
                    Duration.ofMillis(WINDOW),
                    Duration.ofHours(1),
                    1_000);
            canary = new CanaryWatch("f", CanaryTexts.load(), this::canary, options.canaryInterval());
            watch = new DriftWatch(options, canary);
            watch.adopt(baseline, now);
            for (int round = 0; round <= CanaryWatch.LEARNING_ROUNDS; round++) {
                round();
            }
            assertThat(snapshot().canary().state()).isEqualTo("steady");
        }

        private CompletableFuture<float[]> canary(String text) {
            return CompletableFuture.completedFuture(model.apply(text));
        }

        void round() {
            for (int i = 0; i <= CanaryTexts.COUNT; i++) {
                watch.tick(++now);
            }
            watch.candidates().forEach(entry -> watch.adopt(entry, now));
        }

        /** Windows until one is beyond a limit; 0 where none was. */
        int windowsUntilItMoves(List<Measured> chunks) {
            for (int window = 1; window * WINDOW <= chunks.size(); window++) {
                for (Measured chunk : chunks.subList((window - 1) * WINDOW, window * WINDOW)) {
                    watch.take(new Sample(DriftOptions.ALL, chunk), ++now);
                }
                assertThat(tenant().windows()).as("windows judged").isEqualTo(window);
                if (tenant().figures().stream().anyMatch(figure -> figure.value() > figure.limit())) {
                    round();
                    return window;
                }
            }
            return 0;
        }

        DriftSnapshot snapshot() {
            return watch.snapshot(null);
        }

        DriftSnapshot.Tenant tenant() {
            return snapshot().tenants().get(0);
        }
    }

    private static void print(String what, int windows, Watched watched) {
        DriftSnapshot.Canary canary = watched.snapshot().canary();
        String figures = watched.tenant().figures().stream()
                .filter(figure -> !Double.isNaN(figure.limit()))
                .map(figure -> String.format(Locale.ROOT, "%.3f / %.3f", figure.value(), figure.limit()))
                .collect(Collectors.joining(" | "));
        System.out.printf(
                Locale.ROOT,
                "DRIFT | %s | %s | %s | %.1e | %s |%n",
                what,
                windows == 0 ? "none in " + watched.tenant().windows() : Integer.toString(windows),
                figures,
                canary.distance(),
                canary.detected() ? "model" : watched.tenant().detected() ? "data" : "none");
    }

    /** One in a thousand windows may be beyond a limit; half a percent is taken for more than bad luck. */
    @Test
    void raisesNoMoreFalseAlarmsThanItPromises() {
        int draws = Integer.getInteger("streambed.drift.draws", 10);
        int windows = 0;
        int alarms = 0;
        Map<Statistic, Integer> beyond = new EnumMap<>(Statistic.class);
        for (int draw = 0; draw < draws; draw++) {
            List<Measured> order = shuffled(abstracts);
            Baseline drawn = baselineOf(order);
            for (int i = 0; i < 100; i++) {
                Window window = new Window(drawn, PROJECTIONS, 0);
                shuffled(rest(order)).subList(0, WINDOW).forEach(window::add);
                List<Statistic> moved = window.report(0).moved();
                moved.forEach(statistic -> beyond.merge(statistic, 1, Integer::sum));
                windows++;
                alarms += moved.isEmpty() ? 0 : 1;
            }
        }
        System.out.println(
                "DRIFT false alarms: " + alarms + " of " + windows + " windows, " + draws + " baselines " + beyond);

        assertThat(alarms).isLessThanOrEqualTo(windows / 200);
    }

    @Test
    void isQuietWhereNothingChanges() {
        Watched watched = new Watched(baseline);
        watched.model = text -> embed(engine, List.of(text)).get(0).vector(); // anew, each alone in its batch

        int windows = watched.windowsUntilItMoves(rest(shuffled));
        watched.canary.hurry();
        watched.round();

        print("other abstracts", windows, watched);
        assertThat(watched.snapshot().canary().state()).isEqualTo("steady");
        assertThat(watched.snapshot().canary().detected()).isFalse();
    }

    @Test
    void tellsOtherDataWithinAWindow() throws IOException {
        List<String> queries = SharedData.lines("data/cranfield/queries.jsonl").stream()
                .map((JsonNode line) -> line.path("text").asText())
                .limit(WINDOW)
                .toList();

        assertData("Cranfield's queries", embedded(queries));
        assertData("source code", embedded(code()));
        assertData("recipes", embedded(Recipes.some(WINDOW, random)));
    }

    private static void assertData(String what, List<Measured> chunks) {
        Watched watched = new Watched(baseline);
        int windows = watched.windowsUntilItMoves(chunks);

        print(what, windows, watched);
        assertThat(windows).as(what).isEqualTo(1);
        assertThat(watched.tenant().detected()).as(what).isTrue();
        assertThat(watched.snapshot().canary().detected()).as(what).isFalse();
        assertThat(watched.snapshot().canary().state()).isEqualTo("steady");
    }

    /** A change of a part of the data: each window has so many of another kind. */
    @Test
    void tellsAFewOthersAmongTheSame() throws IOException {
        List<Measured> code = embedded(code());
        for (int share : List.of(10, 20, 40)) {
            List<Measured> mixed = new ArrayList<>(rest(shuffled));
            for (int i = 0; i < mixed.size(); i++) {
                if (i % 100 < share) {
                    mixed.set(i, code.get(i % 100 + i / 100)); // others in each window
                }
            }
            Watched watched = new Watched(baseline);
            int windows = watched.windowsUntilItMoves(mixed);

            print(share + " % source code", windows, watched);
            if (share == 40) {
                assertThat(windows).isEqualTo(1);
                assertThat(watched.tenant().detected()).isTrue();
            }
        }
    }

    /** This program's own: the end of each file, after what they all begin with. */
    private static List<String> code() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .limit(WINDOW)
                    .toList();
            List<String> texts = new ArrayList<>();
            for (Path source : sources) {
                String text = Files.readString(source);
                texts.add(text.substring(Math.max(0, text.indexOf("\n}") - 800)));
            }
            return texts;
        }
    }

    @Test
    void tellsAnotherModelFromOtherData() {
        try (OnnxEmbeddingEngine other = open(Bent::withFirstToken)) {
            Map<String, Measured> known = new HashMap<>();
            assertModel("the first token in place of the mean", texts -> embedded(other, known, texts), true);
        }
        assertModel("vectors with noise of a tenth", bent(Bent::noisy), true);
        assertModel("a direction added", bent(Bent::leaning), true);
        assertModel("rounded to float16", bent(Bent::halfPrecision), false);
    }

    private static Function<List<String>, List<Measured>> bent(UnaryOperator<float[]> bend) {
        return texts -> embedded(texts).stream()
                .map(chunk -> new Measured(bend.apply(chunk.vector()), chunk.tokens(), chunk.norm()))
                .toList();
    }

    private static void assertModel(String what, Function<List<String>, List<Measured>> model, boolean moves) {
        Watched watched = new Watched(baseline);
        List<Measured> unused = model.apply(CanaryTexts.load());
        watched.model = text -> model.apply(List.of(text)).get(0).vector();
        int windows = watched.windowsUntilItMoves(model.apply(shuffledTexts.subList(BASELINE, BASELINE + WINDOW)));
        watched.canary.hurry();
        watched.round();

        print("the same, " + what, windows, watched);
        assertThat(watched.snapshot().canary().detected()).as(what).isEqualTo(moves);
        assertThat(watched.tenant().detected()).as(what).isFalse();
    }
}
