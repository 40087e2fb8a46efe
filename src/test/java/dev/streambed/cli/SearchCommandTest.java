package dev.streambed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.observe.HttpEndpoint;
import dev.streambed.observe.HttpOptions;
import dev.streambed.observe.Metrics;
import dev.streambed.observe.SearchResponse;
import dev.streambed.observe.status.StatusFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class SearchCommandTest {
    @TempDir
    Path directory;

    private final Terminal terminal = new Terminal();
    private final Metrics metrics = new Metrics();
    private HttpEndpoint http;

    @BeforeEach
    void start() throws Exception {
        http = serve(null);
    }

    private HttpEndpoint serve(@Nullable String password) throws Exception {
        return HttpEndpoint.start(
                new HttpOptions("127.0.0.1", 0, password),
                metrics.registry(),
                () -> null,
                () -> null,
                SearchCommandTest::search,
                StatusFixture::starting);
    }

    @AfterEach
    void stop() {
        http.close();
        metrics.close();
    }

    @Test
    void showsTheHitsOfOneText() {
        assertThat(search("grüße", "-k", "2")).isZero();
        assertThat(terminal.out()).isEqualTo("  0.900  d1  grüße 1\n  0.800  d2  grüße 2\n");
    }

    @Test
    void jsonIsOneObjectOnTheLastLine() {
        assertThat(search("x", "-k", "1", "--json")).isZero();
        assertThat(terminal.out())
                .isEqualTo(
                        "{\"id\":\"1\",\"hits\":[{\"documentId\":\"d1\",\"chunk\":0,\"score\":0.9,\"text\":\"x 1\"}]}\n");
    }

    @Test
    void answersAFileOfQueriesLineByLine() throws Exception {
        Path file = Files.write(
                directory.resolve("queries.jsonl"),
                IntStream.rangeClosed(1, 70)
                        .mapToObj(i -> i % 2 == 0 ? "{\"id\":\"q" + i + "\",\"text\":\"t" + i + "\"}" : "t" + i)
                        .toList());

        assertThat(search("--queries", file.toString(), "-k", "1")).isZero();

        List<String> lines = terminal.out().lines().toList();
        assertThat(lines).hasSize(70);
        assertThat(lines.get(0)).startsWith("{\"id\":\"1\",").contains("\"t1 1\"");
        assertThat(lines.get(69)).startsWith("{\"id\":\"q70\",").contains("\"t70 1\"");
    }

    @Test
    void saysThatNobodyAnswers() {
        http.close();

        assertThat(search("x")).isEqualTo(1);
        assertThat(terminal.err()).startsWith("streambed: no service answers at http://127.0.0.1:");
    }

    @Test
    void sendsThePasswordWhereThereIsOne() throws Exception {
        http.close();
        http = serve("open sesame");

        assertThat(search("x", "-k", "1", "--set", "http.password=open sesame")).isZero();
        assertThat(search("x")).isEqualTo(1);
        assertThat(terminal.err()).contains(" says a password is wanted").contains("http.password");
    }

    @Test
    void passesOnWhatTheServiceSays() {
        assertThat(search("fail")).isEqualTo(1);
        assertThat(terminal.err()).endsWith(" says the search failed: the store is away\n");
    }

    private int search(String... args) {
        List<String> all = new java.util.ArrayList<>(List.of("search", "--set", "http.port=" + http.port()));
        all.addAll(List.of(args));
        return terminal.run(all.toArray(String[]::new));
    }

    private static List<List<SearchResponse.Hit>> search(List<String> queries, int k) throws Exception {
        if (queries.contains("fail")) {
            throw new IllegalStateException("the store is away");
        }
        return queries.stream()
                .map(query -> IntStream.rangeClosed(1, k)
                        .mapToObj(i -> new SearchResponse.Hit("d" + i, 0, (10 - i) / 10.0, query + " " + i))
                        .toList())
                .toList();
    }
}
