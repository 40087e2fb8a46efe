package dev.streambed.embed.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.Lane;
import dev.streambed.embed.OnnxEmbeddingEngine;
import dev.streambed.embed.Vectors;
import dev.streambed.log.EmbeddedChunk;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real bge-small-en-v1.5 in a directory: the first token's vector, 512 tokens, and a prefix before queries, which its files do not name. What
 * is expected was made in Python with {@code onnxruntime} and {@code tokenizers}: the first row of {@code last_hidden_state}, as long as 1.
 */
class BgeSmallTest {
    private static final String QUERY_PREFIX = "Represent this sentence for searching relevant passages: ";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void givesTheVectorsThatOthersGetOfIt() throws Exception {
        save();
        EngineOptions plain = EngineOptions.DEFAULT.withModelDirectory(directory);
        List<String> lines;
        try (InputStream in = resource("bge-small-en-v1.5.jsonl")) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        int queries = 0;
        try (OnnxEmbeddingEngine engine = OnnxEmbeddingEngine.open(
                plain.withPrefixes(new Prefixes(QUERY_PREFIX, null)), new SimpleMeterRegistry())) {
            for (String line : lines) {
                JsonNode node = JSON.readTree(line);
                String text = node.path("text").asText();
                boolean isQuery = node.path("query").asBoolean();
                float[] vector = isQuery
                        ? engine.embedQuery(text).get(60, TimeUnit.SECONDS)
                        : onlyChunk(engine.embed(text, Lane.INTERACTIVE)
                                .get(60, TimeUnit.SECONDS)
                                .chunks());
                float[] expected = JSON.convertValue(node.path("vector"), float[].class);
                assertThat(Vectors.length(vector)).isBetween(0.99999, 1.00001);
                assertThat(Vectors.cosine(vector, expected)).as(text).isGreaterThan(0.99999);
                queries += isQuery ? 1 : 0;
            }
        }
        assertThat(lines).hasSizeGreaterThan(queries);
        assertThat(queries).isPositive();
    }

    private static float[] onlyChunk(List<EmbeddedChunk> chunks) {
        assertThat(chunks).hasSize(1);
        return chunks.get(0).vector();
    }

    private void save() throws IOException {
        Files.createDirectories(directory.resolve("onnx"));
        Files.createDirectories(directory.resolve("1_Pooling"));
        try (InputStream graph = resource("/bge-small-en-v1.5.onnx");
                InputStream tokenizer = resource("/bge-small-en-v1.5-tokenizer.json")) {
            Files.copy(graph, directory.resolve("onnx/model.onnx"));
            Files.copy(tokenizer, directory.resolve("tokenizer.json"));
        }
        Files.writeString(directory.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 512}");
        Files.writeString(
                directory.resolve("1_Pooling/config.json"),
                "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(BgeSmallTest.class.getResourceAsStream(name), name);
    }
}
