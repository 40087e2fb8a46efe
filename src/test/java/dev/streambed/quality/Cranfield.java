package dev.streambed.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The Cranfield collection: 1,400 abstracts on aeronautics, 225 queries, and which abstracts are relevant to which. Too large for the
 * repository; it is read from {@code data/cranfield} below the directory that the system property {@code streambed.shared} names,
 * {@code ../shared} by default.
 *
 * @param documents one change a line, as {@code publish} takes them; two have an empty text
 * @param queries query id to text
 * @param judgements query id to the ids of its relevant documents (codes 1 to 4); every query has one at least
 */
public record Cranfield(List<String> documents, Map<String, String> queries, Map<String, Set<String>> judgements) {
    /**
     * Reads it. Where it is missing the calling test is skipped, saying so, and fails where {@code CI} is {@code true}: there a test
     * must not vanish.
     */
    public static Cranfield load() {
        Path directory = Path.of(System.getProperty("streambed.shared", "../shared"), "data", "cranfield");
        if (!Files.isDirectory(directory)) {
            String missing =
                    "the Cranfield collection is not in " + directory + "; name its place with -Dstreambed.shared=DIR";
            if ("true".equals(System.getenv("CI"))) {
                Assertions.fail(missing);
            }
            Assumptions.abort(missing);
        }
        return new Cranfield(
                lines(directory.resolve("documents.jsonl")),
                queries(directory.resolve("queries.jsonl")),
                judgements(directory.resolve("qrels.tsv")));
    }

    private static Map<String, String> queries(Path file) {
        ObjectMapper mapper = new ObjectMapper();
        Map<String, String> queries = new LinkedHashMap<>();
        for (String line : lines(file)) {
            try {
                JsonNode query = mapper.readTree(line);
                queries.put(query.get("id").asText(), query.get("text").asText());
            } catch (IOException e) {
                throw new UncheckedIOException(file.toString(), e);
            }
        }
        return queries;
    }

    private static Map<String, Set<String>> judgements(Path file) {
        Map<String, Set<String>> judgements = new LinkedHashMap<>();
        List<String> rows = lines(file);
        for (String line : rows.subList(1, rows.size())) {
            String[] columns = line.split("\t", -1);
            int code = Integer.parseInt(columns[2]);
            if (code >= 1 && code <= 4) {
                judgements.computeIfAbsent(columns[0], id -> new TreeSet<>()).add(columns[1]);
            }
        }
        return judgements;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
