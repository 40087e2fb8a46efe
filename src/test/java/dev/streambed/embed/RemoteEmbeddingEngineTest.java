package dev.streambed.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.chunk.InputRefusedException;
import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.ModelException;
import dev.streambed.embed.model.Prefixes;
import dev.streambed.embed.remote.EmbeddingsApi;
import dev.streambed.embed.remote.RemoteOptions;
import dev.streambed.embed.remote.ScriptedService;
import dev.streambed.embed.remote.ScriptedService.Reply;
import dev.streambed.log.EmbeddedChunk;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole engine around a service that answers over real HTTP. */
class RemoteEmbeddingEngineTest {
    private static final ChunkOptions WINDOWS = new ChunkOptions(ChunkMode.WINDOW, 16, 4, 100);

    @TempDir
    private Path directory;

    private ScriptedService service;
    private @Nullable RemoteEmbeddingEngine engine;

    @BeforeEach
    void serve() throws IOException {
        service = new ScriptedService(call -> null);
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
        service.close();
    }

    @Test
    void sendsTheTextOfEachWindowAndKeepsItsSpan() throws Exception {
        String text = "Der Bär \uD83D\uDC3B sah den Fluss, und der Fluss sah den Bären. ".repeat(12);
        RemoteEmbeddingEngine opened = open(null, WINDOWS, options(service.url(), "minilm", 3));

        EmbeddedText result = get(opened.embed(text, Lane.INTERACTIVE));

        assertThat(result.chunks()).hasSizeGreaterThan(5);
        List<String> sent =
                service.calls().stream().flatMap(call -> call.texts().stream()).toList();
        assertThat(sent)
                .containsExactlyInAnyOrderElementsOf(result.chunks().stream()
                        .map(chunk -> text.substring(chunk.start(), chunk.end()))
                        .toList());
        for (EmbeddedChunk chunk : result.chunks()) {
            // the service's vector of a text is (its length, 3, 0), made as long as 1
            assertThat(chunk.vector()[0] / chunk.vector()[1] * 3).isCloseTo(chunk.end() - chunk.start(), within(1e-3f));
            assertThat(Vectors.length(chunk.vector())).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void sendsTheModelsPrefixesFromADirectoryWithoutAGraph() throws Exception {
        RemoteEmbeddingEngine opened =
                open(directoryWithPrefixes(), ChunkOptions.DEFAULT, options(service.url(), "e5", 3));

        get(opened.embed("a bear", Lane.BULK));
        get(opened.embedQuery("who?"));

        assertThat(service.calls())
                .extracting(call -> call.texts().get(0))
                .containsExactly("passage: a bear", "query: who?");
    }

    @Test
    void refusesWhatBreaksALimitWithoutAskingTheService() {
        RemoteEmbeddingEngine opened = open(null, WINDOWS, options(service.url(), "minilm", 3));
        assertThatThrownBy(() -> get(opened.embed(" ", Lane.BULK))).hasCauseInstanceOf(InputRefusedException.class);
        assertThat(service.calls()).isEmpty();
    }

    @Test
    void isNamedByModelDimensionAndChunkingAndNotByItsAddress() throws Exception {
        String fingerprint = fingerprint(WINDOWS, options(service.url(), "minilm", 3));

        assertThat(fingerprint(WINDOWS, options(URI.create("http://127.0.0.1:9/embeddings"), "minilm", 3)))
                .isEqualTo(fingerprint);
        assertThat(List.of(
                        fingerprint(WINDOWS, options(service.url(), "another", 3)),
                        fingerprint(WINDOWS, options(service.url(), "minilm", 4)),
                        fingerprint(ChunkOptions.DEFAULT, options(service.url(), "minilm", 3)),
                        fingerprint(directoryWithPrefixes(), WINDOWS, options(service.url(), "minilm", 3))))
                .doesNotContain(fingerprint)
                .doesNotHaveDuplicates();
    }

    @Test
    void asksForTheDimensionWhereItIsNotGiven() {
        RemoteEmbeddingEngine opened = open(null, WINDOWS, options(service.url(), "minilm", 0));
        assertThat(opened.dimension()).isEqualTo(3);
    }

    @Test
    void doesNotStartWhereTheServiceRefusesToSay() {
        service.follow(call -> Reply.of(404));
        assertThatThrownBy(() -> open(null, WINDOWS, options(service.url(), "minilm", 0)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("HTTP 404; check embedder.url and embedder.model");
    }

    @Test
    void startsWithoutTheServiceWhereTheDimensionIsGivenAndGivesBackWhatWaited() {
        service.close();
        RemoteEmbeddingEngine opened = open(null, WINDOWS, options(service.url(), "minilm", 3));
        CompletableFuture<EmbeddedText> waiting = opened.embed("a bear", Lane.BULK);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (opened.holdReason() == null) {
            assertThat(System.nanoTime() - until).as("waited for 60 s").isNegative();
            Thread.onSpinWait();
        }
        assertThat(opened.holdReason()).contains("cannot be connected to");
        assertThat(opened.stuckReason()).isNull();

        opened.close();

        assertThatThrownBy(() -> get(waiting)).isInstanceOf(CancellationException.class);
    }

    @Test
    void neverShowsTheToken() {
        assertThat(options(service.url(), "minilm", 3).toString())
                .contains("***")
                .doesNotContain("hush");
    }

    private Path directoryWithPrefixes() throws IOException {
        Files.write(directory.resolve("tokenizer.json"), BundledModel.files().tokenizerJson());
        Files.writeString(directory.resolve("sentence_bert_config.json"), "{\"max_seq_length\":64}");
        Files.writeString(
                directory.resolve("config_sentence_transformers.json"),
                "{\"prompts\":{\"query\":\"query: \",\"passage\":\"passage: \"}}");
        return directory;
    }

    private static RemoteOptions options(URI url, String model, int dimension) {
        return new RemoteOptions(EmbeddingsApi.OPENAI, url, model, "hush", dimension, Duration.ofSeconds(30), 4, 8);
    }

    private RemoteEmbeddingEngine open(@Nullable Path modelDirectory, ChunkOptions chunk, RemoteOptions options) {
        RemoteEmbeddingEngine opened = RemoteEmbeddingEngine.open(
                modelDirectory, Prefixes.OF_THE_MODEL, chunk, 1, options, new SimpleMeterRegistry());
        engine = opened;
        return opened;
    }

    private static String fingerprint(ChunkOptions chunk, RemoteOptions options) {
        return fingerprint(null, chunk, options);
    }

    private static String fingerprint(@Nullable Path modelDirectory, ChunkOptions chunk, RemoteOptions options) {
        try (RemoteEmbeddingEngine opened = RemoteEmbeddingEngine.open(
                modelDirectory, Prefixes.OF_THE_MODEL, chunk, 1, options, new SimpleMeterRegistry())) {
            return opened.fingerprint();
        }
    }

    private static <T> T get(CompletableFuture<T> result) throws Exception {
        return result.get(60, TimeUnit.SECONDS);
    }
}
