package dev.streambed.embed.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What embedding services speak. Each makes the body of a request, and finds the vectors in an answer. */
public enum EmbeddingsApi {
    /** OpenAI's {@code POST /v1/embeddings}, which many servers have. The order is the answer's {@code index}. */
    OPENAI("/v1/embeddings") {
        @Override
        byte[] request(String model, List<String> texts) {
            return json(Map.of("model", model, "input", texts, "encoding_format", "float"));
        }

        @Override
        float[][] vectors(byte[] answer, int texts) throws IOException {
            OpenAiAnswer parsed = JSON.readValue(answer, OpenAiAnswer.class);
            if (parsed == null || parsed.data == null) {
                throw new IOException("it has no `data`");
            }
            float[][] vectors = new float[texts][];
            int place = 0;
            for (Datum datum : parsed.data) {
                int index = datum.index == null ? place : datum.index;
                place++;
                if (index < 0 || index >= texts || vectors[index] != null || datum.embedding == null) {
                    throw new IOException("its vectors are not numbered from 0 to " + (texts - 1));
                }
                vectors[index] = datum.embedding;
            }
            requireCount(place, texts);
            return vectors;
        }
    },

    /** Hugging Face's text-embeddings-inference: {@code POST /embed}. It serves one model, whose name it is not told. */
    TEI("/embed") {
        /** Not to be cut off in silence: a text that is too long is refused. */
        @Override
        byte[] request(String model, List<String> texts) {
            return json(Map.of("inputs", texts, "normalize", true, "truncate", false));
        }

        @Override
        float[][] vectors(byte[] answer, int texts) throws IOException {
            float[] @Nullable [] vectors = JSON.readValue(answer, float[][].class);
            if (vectors == null) {
                throw new IOException("it is null");
            }
            requireCount(vectors.length, texts);
            return vectors;
        }
    };

    private static final ObjectMapper JSON = RemoteJson.mapper();

    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Datum(@Nullable Integer index, float @Nullable [] embedding) {}

    record OpenAiAnswer(@Nullable List<Datum> data) {}

    private final String usualPath;

    EmbeddingsApi(String usualPath) {
        this.usualPath = usualPath;
    }

    /** Where a service has it unless its address says otherwise. */
    String usualPath() {
        return usualPath;
    }

    /** The body, JSON. */
    abstract byte[] request(String model, List<String> texts);

    /**
     * The vectors of an answer, one a text, in the texts' order; of any size, and not yet normalised.
     *
     * @throws IOException where the answer is not one to so many texts; the message has nothing of the answer in it
     */
    abstract float[][] vectors(byte[] answer, int texts) throws IOException;

    private static void requireCount(int vectors, int texts) throws IOException {
        if (vectors != texts) {
            throw new IOException("it has " + vectors + " vectors for " + texts + " texts");
        }
    }

    private static byte[] json(Map<String, Object> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts, names and flags are always JSON", e);
        }
    }
}
