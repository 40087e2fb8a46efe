package dev.streambed.embed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.Lane;
import dev.streambed.embed.OnnxEmbeddingEngine;
import dev.streambed.embed.Vectors;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory as sentence-transformers saves it, made of the bundled model's files. */
class ModelDirectoryTest {
    private static final String MEAN = "{\"word_embedding_dimension\": 384, \"pooling_mode_mean_tokens\": true}";
    private static final String CLS =
            "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false, \"include_prompt\": true}";

    @TempDir
    private Path directory;

    @BeforeEach
    void save() throws IOException {
        ModelFiles bundled = BundledModel.files();
        Files.createDirectories(directory.resolve("onnx"));
        try (InputStream onnx = bundled.onnx().open()) {
            Files.copy(onnx, directory.resolve("onnx/model.onnx"));
        }
        Files.write(directory.resolve("tokenizer.json"), bundled.tokenizerJson());
        write("sentence_bert_config.json", "{\"max_seq_length\": 512, \"do_lower_case\": false}");
        write("1_Pooling/config.json", MEAN);
        write(
                "modules.json",
                "[{\"idx\":0,\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"},"
                        + "{\"idx\":1,\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.Pooling\"},"
                        + "{\"idx\":2,\"path\":\"2_Normalize\",\"type\":\"sentence_transformers.models.Normalize\"}]");
    }

    @Test
    void readsLimitPoolingAndPrompts() throws IOException {
        write("1_Pooling/config.json", CLS);
        write(
                "config_sentence_transformers.json",
                "{\"prompts\": {\"query\": \"query: \", \"passage\": \"passage: \"}}");
        ModelFiles files = ModelDirectory.read(directory);
        assertThat(files.maxTokens()).isEqualTo(512);
        assertThat(files.pooling()).isEqualTo(Pooling.CLS);
        assertThat(files.queryPrefix()).isEqualTo("query: ");
        assertThat(files.passagePrefix()).isEqualTo("passage: ");
    }

    @Test
    void givesTheBundledModelsVectorsFromTheSameFiles() throws Exception {
        String text = "The same files, once from a jar and once from a folder.";
        float[] bundled = embed(EngineOptions.DEFAULT, text);
        float[] directory = embed(EngineOptions.DEFAULT.withModelDirectory(this.directory), text);
        assertThat(directory).containsExactly(bundled);
    }

    @Test
    void poolsTheFirstTokenWhereTheModelSaysSo() throws Exception {
        String text = "The first token's vector stands for the text.";
        float[] mean = embed(EngineOptions.DEFAULT.withModelDirectory(directory), text);
        write("1_Pooling/config.json", CLS);
        float[] cls = embed(EngineOptions.DEFAULT.withModelDirectory(directory), text);
        assertThat(Vectors.length(cls)).isBetween(0.99999, 1.00001);
        assertThat(Vectors.cosine(cls, mean)).isLessThan(0.99);
        // a prompt changes the vector too, and the fingerprint knows of both
        write("config_sentence_transformers.json", "{\"prompts\": {\"document\": \"passage: \"}}");
        assertThat(Vectors.cosine(embed(EngineOptions.DEFAULT.withModelDirectory(directory), text), cls))
                .isLessThan(0.99999);
    }

    @Test
    void embedsPrefixedTextAsTheTextWithThePrefixWrittenOut() throws Exception {
        float[] written = embed(EngineOptions.DEFAULT.withModelDirectory(directory), "passage: a short text");
        write("config_sentence_transformers.json", "{\"prompts\": {\"passage\": \"passage: \"}}");
        float[] prefixed = embed(EngineOptions.DEFAULT.withModelDirectory(directory), "a short text");
        assertThat(prefixed).containsExactly(written);
    }

    @Test
    void takesTheLimitFromOtherFilesWhereTheFirstLacksIt() throws IOException {
        Files.delete(directory.resolve("sentence_bert_config.json"));
        write("config.json", "{\"max_position_embeddings\": 384}");
        write("tokenizer_config.json", "{\"model_max_length\": 1000000000000000019884624838656}");
        assertThat(ModelDirectory.read(directory).maxTokens()).isEqualTo(384);
        write("tokenizer_config.json", "{\"model_max_length\": 128}");
        assertThat(ModelDirectory.read(directory).maxTokens()).isEqualTo(128);
    }

    @Test
    void refusesWhatItDoesNotUnderstandAndNamesIt() throws IOException {
        write("1_Pooling/config.json", "{\"pooling_mode_max_tokens\": true}");
        assertThatThrownBy(() -> ModelDirectory.read(directory)).hasMessageContaining("max_tokens");
        write("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}");
        assertThatThrownBy(() -> ModelDirectory.read(directory)).hasMessageContaining("exactly one");
        write("1_Pooling/config.json", MEAN);
        write("modules.json", "[{\"path\":\"3_Dense\",\"type\":\"sentence_transformers.models.Dense\"}]");
        assertThatThrownBy(() -> ModelDirectory.read(directory)).hasMessageContaining("Dense");
    }

    @Test
    void namesTheFileThatIsMissingOrBroken() throws IOException {
        Files.delete(directory.resolve("tokenizer.json"));
        assertThatThrownBy(() -> ModelDirectory.read(directory)).hasMessageContaining("tokenizer.json");
        Path nowhere = directory.resolve("nowhere");
        assertThatThrownBy(() -> ModelDirectory.read(nowhere)).hasMessageContaining("nowhere");
        write("tokenizer.json", "{}");
        EngineOptions options = EngineOptions.DEFAULT.withModelDirectory(directory);
        assertThatThrownBy(() -> OnnxEmbeddingEngine.open(options, new SimpleMeterRegistry()))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("tokenizer.json");
    }

    @Test
    void refusesAFileThatIsNoGraph() throws IOException {
        write("onnx/model.onnx", "no graph at all");
        ModelFiles files = ModelDirectory.read(directory);
        assertThatThrownBy(() -> SentenceModel.open(files, Placement.CPU)).isInstanceOf(ModelException.class);
    }

    private void write(String file, String content) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    private static float[] embed(EngineOptions options, String text) throws Exception {
        try (OnnxEmbeddingEngine engine = OnnxEmbeddingEngine.open(options, new SimpleMeterRegistry())) {
            return engine.embed(text, Lane.INTERACTIVE)
                    .get(60, TimeUnit.SECONDS)
                    .chunks()
                    .get(0)
                    .vector();
        }
    }
}
