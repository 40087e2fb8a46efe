package dev.streambed.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.observe.SearchRequest;
import dev.streambed.observe.SearchResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks the running service. */
@Command(
        name = "search",
        description =
                "Search by asking the running service at http.host:http.port. With --queries, one JSON line a query.")
final class SearchCommand implements Callable<Integer> {
    /** Queries of one request to the service. */
    private static final int QUERIES_AT_ONCE = 32;

    private final Console console;
    private final ObjectMapper mapper = new ObjectMapper();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    @Option(names = "-k", paramLabel = "N", description = "Documents wanted for each query, 1..1000. Default: 10")
    private int hits = SearchRequest.DEFAULT_HITS;

    @Option(names = "--json", description = "One JSON object on the last line.")
    private boolean json;

    /** One text, or a file of them. */
    static final class What {
        @Parameters(paramLabel = "TEXT", description = "What to look for.")
        private @Nullable String text;

        @Option(
                names = "--queries",
                paramLabel = "FILE",
                description =
                        "One query a line: {\"id\":…,\"text\":…}, or plain text, whose id is the number of its line.")
        private @Nullable Path queries;
    }

    SearchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        if (hits < 1 || hits > SearchRequest.MOST_HITS) {
            throw new ParameterException(spec.commandLine(), "-k must be 1.." + SearchRequest.MOST_HITS);
        }
        if (what.queries != null && (!Files.isReadable(what.queries) || Files.isDirectory(what.queries))) {
            throw new ParameterException(spec.commandLine(), "cannot read " + what.queries);
        }
        SearchClient client = new SearchClient(options.load(console).config().http(), mapper);
        if (what.queries != null) {
            searchAll(client, what.queries);
        } else {
            String text = String.valueOf(what.text);
            if (text.isBlank()) {
                throw new ParameterException(spec.commandLine(), "TEXT is empty");
            }
            SearchRequest request = new SearchRequest(List.of(new SearchRequest.Query("1", text)), hits);
            SearchResponse.Result result = client.search(request).results().get(0);
            if (json) {
                console.out().println(mapper.writeValueAsString(result));
            } else {
                print(result.hits());
            }
        }
        return 0;
    }

    private void searchAll(SearchClient client, Path file) throws IOException, InterruptedException {
        List<SearchRequest.Query> batch = new ArrayList<>();
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    batch.add(query(line.strip(), number));
                }
                if (batch.size() == QUERIES_AT_ONCE) {
                    printAll(client, batch);
                    batch.clear();
                }
            }
        }
        if (!batch.isEmpty()) {
            printAll(client, batch);
        }
    }

    private SearchRequest.Query query(String line, int number) {
        if (!line.startsWith("{")) {
            return new SearchRequest.Query(Integer.toString(number), line);
        }
        try {
            JsonNode node = mapper.readTree(line);
            if (node.path("text").isTextual()) {
                return new SearchRequest.Query(
                        node.path("id").asText(Integer.toString(number)),
                        node.path("text").asText());
            }
        } catch (JsonProcessingException e) {
            throw new CommandException("line " + number + " is not JSON", e);
        }
        throw new CommandException("line " + number + " has no text");
    }

    private void printAll(SearchClient client, List<SearchRequest.Query> queries)
            throws IOException, InterruptedException {
        for (SearchResponse.Result result :
                client.search(new SearchRequest(List.copyOf(queries), hits)).results()) {
            console.out().println(mapper.writeValueAsString(result));
        }
    }

    private void print(List<SearchResponse.Hit> found) {
        if (found.isEmpty()) {
            console.out().println("nothing found");
        }
        HitLines.of(found).forEach(console.out()::println);
    }
}
