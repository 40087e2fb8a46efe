package dev.streambed.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.streambed.completion.ReasonCode;
import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.chunk.InputRefusedException;
import dev.streambed.log.EmbeddedChunk;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OnnxEmbeddingEngineTest {
    private static final ChunkOptions TRUNCATE = new ChunkOptions(ChunkMode.TRUNCATE, 0, 0, 1);

    private static SimpleMeterRegistry registry;
    private static OnnxEmbeddingEngine windows;
    private static OnnxEmbeddingEngine truncating;

    @BeforeAll
    static void open() {
        registry = new SimpleMeterRegistry();
        windows = OnnxEmbeddingEngine.open(EngineOptions.DEFAULT, registry);
        truncating = OnnxEmbeddingEngine.open(EngineOptions.DEFAULT.withChunk(TRUNCATE), new SimpleMeterRegistry());
    }

    @AfterAll
    static void close() {
        windows.close();
        truncating.close();
    }

    @Test
    void givesTheReferenceVectorsLongTextsIncluded() throws Exception {
        List<JsonNode> lines = SharedData.lines("data/reference/all-minilm-l6-v2.jsonl");
        List<CompletableFuture<EmbeddedText>> results = new ArrayList<>();
        for (JsonNode line : lines) {
            results.add(truncating.embed(line.path("text").asText(), Lane.BULK));
        }
        assertThat(lines).hasSize(56);
        for (int i = 0; i < lines.size(); i++) {
            EmbeddedText result = results.get(i).get(60, TimeUnit.SECONDS);
            JsonNode line = lines.get(i);
            String id = line.path("id").asText();
            assertThat(result.chunks()).as(id).hasSize(1);
            assertThat(result.truncated()).as(id).isEqualTo(line.path("tokens").asInt() > 256);
            assertThat(Vectors.cosine(result.chunks().get(0).vector(), vector(line.path("vector"))))
                    .as(id)
                    .isGreaterThanOrEqualTo(0.9999);
        }
    }

    @Test
    void givesTheSameVectorWhateverBatchATextIsIn() throws Exception {
        // given texts of very different lengths
        List<String> texts = new ArrayList<>();
        for (int words = 1; words < 200; words += 7) {
            texts.add(("word" + words + " of a text ").repeat(1 + words / 4));
        }
        // when each runs alone, and then all at once in another order
        List<float[]> alone = new ArrayList<>();
        for (String text : texts) {
            alone.add(windows.embed(text, Lane.INTERACTIVE)
                    .get(60, TimeUnit.SECONDS)
                    .chunks()
                    .get(0)
                    .vector());
        }
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < texts.size() * 4; i++) {
            order.add(i % texts.size());
        }
        Collections.shuffle(order, new Random(7));
        List<CompletableFuture<EmbeddedText>> together = new ArrayList<>();
        for (int index : order) {
            together.add(windows.embed(texts.get(index), Lane.BULK));
        }
        // then the vectors agree
        for (int i = 0; i < order.size(); i++) {
            float[] vector =
                    together.get(i).get(60, TimeUnit.SECONDS).chunks().get(0).vector();
            assertThat(Vectors.cosine(vector, alone.get(order.get(i)))).isGreaterThanOrEqualTo(0.999999);
        }
    }

    @Test
    void embedsEachWindowOfALongTextWithItsSpan() throws Exception {
        String text = "The boundary layer is thin. ".repeat(200);
        EmbeddedText result = windows.embed(text, Lane.INTERACTIVE).get(60, TimeUnit.SECONDS);
        assertThat(result.chunks()).hasSizeGreaterThan(3);
        assertThat(result.truncated()).isFalse();
        assertThat(result.tokenizeNanos()).isPositive();
        assertThat(result.embedNanos()).isPositive();
        assertThat(result.queueNanos()).isNotNegative();
        for (EmbeddedChunk chunk : result.chunks()) {
            float[] expected = truncating
                    .embed(text.substring(chunk.start(), chunk.end()), Lane.INTERACTIVE)
                    .get(60, TimeUnit.SECONDS)
                    .chunks()
                    .get(0)
                    .vector();
            assertThat(Vectors.cosine(chunk.vector(), expected)).isGreaterThanOrEqualTo(0.999999);
            assertThat(Vectors.length(chunk.vector())).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void findsTheTextThatAnswersAQuery() throws Exception {
        float[] query = windows.embedQuery("What do cats eat?").get(60, TimeUnit.SECONDS);
        float[] cats = vector("A cat lives on meat and fish.");
        float[] wings = vector("The lift of a wing grows with its angle of attack.");
        assertThat(Vectors.cosine(query, cats)).isGreaterThan(Vectors.cosine(query, wings) + 0.2);
    }

    @Test
    void refusesATextOfWhiteSpace() {
        assertThatThrownBy(() -> windows.embed(" \n\t ", Lane.BULK).get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        InputRefusedException.class,
                        refusal -> assertThat(refusal.reason().code()).isEqualTo(ReasonCode.EMPTY_TEXT));
    }

    @Test
    void namesItsVectorSpace() {
        assertThat(windows.dimension()).isEqualTo(384);
        assertThat(windows.fingerprint()).matches("[0-9a-f]{64}").isNotEqualTo(truncating.fingerprint());
        try (OnnxEmbeddingEngine again = OnnxEmbeddingEngine.open(EngineOptions.DEFAULT, new SimpleMeterRegistry())) {
            assertThat(again.fingerprint()).isEqualTo(windows.fingerprint());
        }
    }

    @Test
    void failsWhatIsAskedAfterItWasClosed() {
        OnnxEmbeddingEngine engine = OnnxEmbeddingEngine.open(EngineOptions.DEFAULT, new SimpleMeterRegistry());
        engine.close();
        // Not a failure: a stage that still runs gives the event to the next start.
        assertThat(engine.embed("late", Lane.INTERACTIVE)).isCancelled();
        assertThat(engine.embedQuery("late")).isCancelled();
    }

    @Test
    void timesEachStepApart() throws Exception {
        float[] vector = vector("a text to be measured");
        assertThat(vector).hasSize(384);
        assertThat(registry.get("streambed.embed.tokenize").timer().count()).isPositive();
        assertThat(registry.get("streambed.embed.queue").timer().count()).isPositive();
        assertThat(registry.get("streambed.embed.model").timer().count()).isPositive();
        assertThat(registry.get("streambed.embed.device")
                        .tag("device", "cpu")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("streambed.embed.tokens.padded").counter().count())
                .isGreaterThanOrEqualTo(
                        registry.get("streambed.embed.tokens.real").counter().count());
    }

    private static float[] vector(String text) throws Exception {
        return windows.embed(text, Lane.INTERACTIVE)
                .get(60, TimeUnit.SECONDS)
                .chunks()
                .get(0)
                .vector();
    }

    private static float[] vector(JsonNode numbers) {
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) numbers.get(i).asDouble();
        }
        return vector;
    }
}
