package dev.streambed.cli.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What one instance does.
 *
 * @param tokensPerSecond through the model, special tokens included, more than 0
 * @param source where the figure comes from, for people
 */
public record Rate(double tokensPerSecond, String source) {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    public Rate {
        if (!(tokensPerSecond > 0) || !Double.isFinite(tokensPerSecond)) {
            throw new IllegalArgumentException("the rate is " + tokensPerSecond + " tokens a second; more than 0");
        }
    }

    /**
     * The pipeline's rate in what {@code ./streambed bench --json} printed: the file may hold that line alone, or all that was printed.
     * With Milvus where that was measured, else with the stub store.
     *
     * @throws IllegalArgumentException where the file cannot be read, or is something else
     */
    public static Rate read(Path file) {
        JsonNode bench = json(file);
        double documents = figure(file, bench, "/bare/documentsPerSecond");
        double tokens = figure(file, bench, "/corpus/tokens") / figure(file, bench, "/corpus/documents");
        boolean milvus = bench.at("/ratio/milvus").isNumber();
        double share = figure(file, bench, milvus ? "/ratio/milvus" : "/ratio/stubStore");
        return new Rate(
                documents * tokens * share,
                "of " + file.getFileName() + ": the bare loop's, times the pipeline's share of it with "
                        + (milvus ? "Milvus" : "the stub store"));
    }

    private static JsonNode json(Path file) {
        try {
            String whole = Files.readString(file).strip();
            try {
                return MAPPER.readTree(whole);
            } catch (JsonProcessingException table) {
                List<String> lines = whole.lines().toList();
                return MAPPER.readTree(lines.isEmpty() ? "" : lines.get(lines.size() - 1));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + " has no JSON on its last line; it is to hold what `./streambed bench --json` prints", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static double figure(Path file, JsonNode bench, String pointer) {
        double figure = bench.at(pointer).asDouble(0);
        if (!(figure > 0)) {
            throw new IllegalArgumentException(
                    file + " has no " + pointer.substring(1).replace('/', '.')
                            + " above 0; it is to hold what `./streambed bench --json` prints");
        }
        return figure;
    }
}
