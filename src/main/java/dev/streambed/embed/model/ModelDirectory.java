package dev.streambed.embed.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model directory in the layout of sentence-transformers: {@code modules.json} names the steps; the transformer's folder (mostly
 * the directory itself) has {@code tokenizer.json}, {@code sentence_bert_config.json} and {@code onnx/model.onnx} or
 * {@code model.onnx}, perhaps {@code onnx/model_fp16.onnx} beside it (the same in float16); the pooling's folder has its {@code config.json}. What would change a vector and is not understood is an
 * error, never ignored.
 */
public final class ModelDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ModelDirectory.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** transformers writes 1e30 where a tokenizer has no limit. */
    private static final long NO_LIMIT = 1_000_000;

    private final Path root;
    private final boolean graphNeeded;
    private Path transformer;
    private @Nullable Path pooling;

    private ModelDirectory(Path root, boolean graphNeeded) {
        this.root = root;
        this.graphNeeded = graphNeeded;
        this.transformer = root;
    }

    /**
     * Reads a directory's small files and finds the large one.
     *
     * @throws ModelException naming the file that is missing or not understood
     */
    public static ModelFiles read(Path directory) {
        return read(directory, true);
    }

    /**
     * The same where the model runs elsewhere, and only its tokenizer, limits and prefixes are of use: the graph may be missing, and
     * is not to be opened.
     *
     * @throws ModelException naming the file that is missing or not understood
     */
    public static ModelFiles readWithoutGraph(Path directory) {
        return read(directory, false);
    }

    private static ModelFiles read(Path directory, boolean graphNeeded) {
        try {
            return new ModelDirectory(directory, graphNeeded).read();
        } catch (IOException e) {
            throw new ModelException("cannot read the model directory " + directory + ": " + e.getMessage(), e);
        }
    }

    private ModelFiles read() throws IOException {
        if (!Files.isDirectory(root)) {
            throw new ModelException("model.directory is no directory: " + root);
        }
        readModules();
        JsonNode prompts =
                json(root.resolve("config_sentence_transformers.json")).path("prompts");
        return new ModelFiles(
                String.valueOf(root.toAbsolutePath().normalize().getFileName()),
                new FileSource(onnx()),
                half(),
                Files.readAllBytes(required(transformer.resolve("tokenizer.json"))),
                pooling(),
                maxTokens(),
                prompts.path("query").asText(""),
                prompts.path("passage").asText(prompts.path("document").asText("")));
    }

    private void readModules() throws IOException {
        for (JsonNode module : json(root.resolve("modules.json"))) {
            String type = module.path("type").asText();
            Path folder = root.resolve(module.path("path").asText());
            switch (type.substring(type.lastIndexOf('.') + 1)) {
                case "Transformer" -> transformer = folder;
                case "Pooling" -> pooling = folder;
                case "Normalize" -> {} // done in any case
                default ->
                    throw new ModelException(root.resolve("modules.json") + " has a step of type " + type
                            + "; only Transformer, Pooling and Normalize are understood");
            }
        }
    }

    private Path onnx() {
        if (!graphNeeded) {
            return transformer.resolve("model.onnx");
        }
        Path inFolder = transformer.resolve("onnx").resolve("model.onnx");
        Path onnx = Files.isRegularFile(inFolder) ? inFolder : required(transformer.resolve("model.onnx"));
        Path external = onnx.resolveSibling("model.onnx_data");
        if (Files.exists(external)) {
            throw new ModelException("weights outside the graph are not supported: " + external);
        }
        return onnx;
    }

    private @Nullable FileSource half() {
        Path file = transformer.resolve("onnx").resolve("model_fp16.onnx");
        return Files.isRegularFile(file) ? new FileSource(file) : null;
    }

    private Pooling pooling() throws IOException {
        Path folder = pooling != null ? pooling : root.resolve("1_Pooling");
        Path file = folder.resolve("config.json");
        if (!Files.exists(file)) {
            LOG.warn("{} does not exist: mean pooling, as sentence-transformers does", file);
            return Pooling.MEAN;
        }
        return PoolingConfig.read(json(file), file);
    }

    private int maxTokens() throws IOException {
        JsonNode sentence = json(transformer.resolve("sentence_bert_config.json"));
        if (sentence.path("do_lower_case").asBoolean(false)) {
            throw new ModelException(transformer + " asks for do_lower_case outside its tokenizer; not supported");
        }
        long limit = sentence.path("max_seq_length").asLong(0);
        if (limit <= 0) {
            limit = json(transformer.resolve("tokenizer_config.json"))
                    .path("model_max_length")
                    .asLong(0);
        }
        if (limit <= 0 || limit > NO_LIMIT) {
            limit = json(transformer.resolve("config.json"))
                    .path("max_position_embeddings")
                    .asLong(0);
        }
        if (limit <= 0) {
            throw new ModelException("the longest sequence is not known: " + transformer
                    + " has no max_seq_length in sentence_bert_config.json");
        }
        return Math.toIntExact(limit);
    }

    private static JsonNode json(Path file) throws IOException {
        return Files.exists(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
    }

    private static Path required(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ModelException("the model directory lacks " + file);
        }
        return file;
    }

    private record FileSource(Path file) implements ModelFiles.Source {
        @Override
        public long size() throws IOException {
            return Files.size(file);
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }
}
