package dev.streambed.embed.model;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a sentence embedding model consists of.
 *
 * @param name for people
 * @param onnx the graph
 * @param half the same in float16, where there is one
 * @param tokenizerJson a Hugging Face {@code tokenizer.json}; do not modify
 * @param pooling used where the graph gives token vectors
 * @param maxTokens longest sequence, special tokens included
 * @param queryPrefix put before a query, may be empty
 * @param passagePrefix put before each chunk of a document, may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record ModelFiles(
        String name,
        Source onnx,
        @Nullable Source half,
        byte[] tokenizerJson,
        Pooling pooling,
        int maxTokens,
        String queryPrefix,
        String passagePrefix) {

    /** Bytes that can be opened when they are needed: a model is too large to keep in the heap. */
    public interface Source {
        /** Number of bytes. */
        long size() throws IOException;

        /** The bytes; the caller closes the stream. */
        InputStream open() throws IOException;
    }

    /** The same files, other prefixes. */
    public ModelFiles withPrefixes(String query, String passage) {
        return new ModelFiles(name, onnx, half, tokenizerJson, pooling, maxTokens, query, passage);
    }
}
