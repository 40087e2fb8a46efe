package dev.streambed.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.ModelException;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.Prefixes;
import dev.streambed.embed.remote.EmbeddingsApi;
import dev.streambed.embed.remote.RemoteOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against a server that was written without us in mind ({@code scripts/infinity}), with the bundled model: what it gives must be what
 * the model in this process gives. Runs where {@code -Dstreambed.test.infinity=true} asks for it, for what it installs is large.
 */
class InfinityTest {
    private static final ChunkOptions WINDOWS = new ChunkOptions(ChunkMode.WINDOW, 64, 8, 1000);

    private static @Nullable URI endpoint;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        if (!Boolean.getBoolean("streambed.test.infinity")) {
            String message = "no embedding service was asked for (-Dstreambed.test.infinity=true installs one)";
            System.err.println("SKIPPED: " + message);
            abort(message);
        }
        writeModel(directory);
        Process script = script("start", "--model", directory.toString(), "--port", String.valueOf(freePort()));
        String out = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(script.waitFor())
                .as("scripts/infinity, its messages are above")
                .isZero();
        endpoint = URI.create(out.strip());
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (endpoint != null) {
            int unused = script("stop").waitFor();
        }
    }

    @Test
    void givesTheVectorsOfTheModelInThisProcess() throws Exception {
        List<String> texts = IntStream.range(0, 60)
                .mapToObj(i -> "Text " + i
                        + " is about the boundary layer of a flat plate in Zürich, \uD83D\uDEEB. ".repeat(1 + i % 9))
                .toList();
        try (RemoteEmbeddingEngine remote = open(required(endpoint), 0);
                OnnxEmbeddingEngine local =
                        OnnxEmbeddingEngine.open(EngineOptions.DEFAULT.withChunk(WINDOWS), new SimpleMeterRegistry())) {
            assertThat(remote.dimension()).isEqualTo(384);
            List<CompletableFuture<EmbeddedText>> results = new ArrayList<>();
            texts.forEach(text -> results.add(remote.embed(text, Lane.BULK)));
            for (int i = 0; i < texts.size(); i++) {
                EmbeddedText there = results.get(i).get(120, TimeUnit.SECONDS);
                EmbeddedText here = local.embed(texts.get(i), Lane.BULK).get(120, TimeUnit.SECONDS);
                assertThat(there.chunks()).hasSameSizeAs(here.chunks());
                for (int chunk = 0; chunk < here.chunks().size(); chunk++) {
                    assertThat(there.chunks().get(chunk).start())
                            .isEqualTo(here.chunks().get(chunk).start());
                    assertThat(there.chunks().get(chunk).end())
                            .isEqualTo(here.chunks().get(chunk).end());
                    assertThat(Vectors.cosine(
                                    there.chunks().get(chunk).vector(),
                                    here.chunks().get(chunk).vector()))
                            .as("chunk %d of %s", chunk, texts.get(i))
                            .isGreaterThan(0.9999);
                }
            }
            float[] query = remote.embedQuery("Who flew?").get(120, TimeUnit.SECONDS);
            assertThat(Vectors.cosine(query, local.embedQuery("Who flew?").get(120, TimeUnit.SECONDS)))
                    .isGreaterThan(0.9999);
        }
    }

    /** Its endpoint is not where OpenAI has it. */
    @Test
    void holdsWhereTheServiceHasNoSuchEndpoint() {
        URI elsewhere = required(endpoint).resolve("/");
        try (RemoteEmbeddingEngine remote = open(elsewhere, 384)) {
            CompletableFuture<EmbeddedText> waiting = remote.embed("a bear", Lane.BULK);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (remote.holdReason() == null) {
                assertThat(System.nanoTime() - until).as("waited for 60 s").isNegative();
                Thread.onSpinWait();
            }
            assertThat(remote.holdReason()).contains("/v1/embeddings is held (STOPPED): HTTP 404");
            assertThat(waiting).isNotDone();
        }
        assertThatThrownBy(() -> open(elsewhere, 0))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("HTTP 404");
    }

    private static <T> T required(@Nullable T value) {
        assertThat(value).isNotNull();
        return value;
    }

    private static RemoteEmbeddingEngine open(URI url, int dimension) {
        RemoteOptions options =
                new RemoteOptions(EmbeddingsApi.OPENAI, url, "minilm", null, dimension, Duration.ofSeconds(60), 4, 32);
        return RemoteEmbeddingEngine.open(null, Prefixes.OF_THE_MODEL, WINDOWS, 1, options, new SimpleMeterRegistry());
    }

    /** The bundled model as a directory that others can read. */
    private static void writeModel(Path model) throws IOException {
        ModelFiles files = BundledModel.files();
        Files.createDirectories(model.resolve("onnx"));
        Files.createDirectories(model.resolve("1_Pooling"));
        try (InputStream onnx = files.onnx().open()) {
            Files.copy(onnx, model.resolve("onnx").resolve("model.onnx"));
        }
        Files.write(model.resolve("tokenizer.json"), files.tokenizerJson());
        Files.writeString(model.resolve("config.json"), """
                {"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 384, "num_hidden_layers": 6,
                 "num_attention_heads": 12, "intermediate_size": 1536, "vocab_size": 30522, "max_position_embeddings": 512}
                """);
        Files.writeString(
                model.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 256, \"do_lower_case\": false}");
        Files.writeString(
                model.resolve("1_Pooling").resolve("config.json"),
                "{\"word_embedding_dimension\": 384, \"pooling_mode_mean_tokens\": true}");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process script(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("scripts/infinity"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
