package dev.streambed.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.observe.status.StatusFixture;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("NullAway.Init")
class HttpEndpointTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final Metrics metrics = new Metrics();
    private final AtomicReference<@Nullable String> notLive = new AtomicReference<>();
    private final AtomicReference<@Nullable String> notReady = new AtomicReference<>();
    private HttpEndpoint http;

    @BeforeEach
    void start() throws IOException {
        http = HttpEndpoint.start(
                HttpOptions.open("127.0.0.1", 0),
                metrics.registry(),
                notLive::get,
                notReady::get,
                (queries, k) -> queries.stream()
                        .map(query -> List.of(new SearchResponse.Hit(query, k, 0.25, "text of " + query)))
                        .toList(),
                () -> StatusFixture.busy(1));
    }

    @AfterEach
    void stop() {
        http.close();
        metrics.close();
    }

    @Test
    void isLiveThoughItIsNotReady() throws Exception {
        notReady.set("the model is not loaded");

        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/live").body()).isEqualTo("{\"status\":\"live\"}");
    }

    @Test
    void saysWhyOnlyARestartHelps() throws Exception {
        notLive.set("a batch does not return");

        assertThat(get("/health/live").statusCode()).isEqualTo(503);
        assertThat(get("/health/live").body()).contains("\"reason\":\"a batch does not return\"");
    }

    @Test
    void saysWhyItIsNotReady() throws Exception {
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").body()).isEqualTo("{\"status\":\"ready\"}");

        notReady.set("Milvus does not answer");

        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("\"reason\":\"Milvus does not answer\"");
    }

    @Test
    void showsTheMetersForPrometheus() throws Exception {
        metrics.registry().counter("streambed.outcomes", "outcome", "indexed").increment(3);

        HttpResponse<String> response = get("/metrics");

        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(response.body())
                .contains("streambed_outcomes_total{outcome=\"indexed\"} 3.0")
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void tellsItsStatus() throws Exception {
        HttpResponse<String> response = get("/status");

        assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=utf-8");
        assertThat(response.body())
                .contains("\"health\":{\"live\":true,\"ready\":true,\"holds\":[],\"past\":[]}")
                .contains("\"group\":\"streambed-minilm-embed\"");
    }

    @Test
    void searchesForOneText() throws Exception {
        HttpResponse<String> response = get("/search?q=caf%C3%A9+noir&k=3");

        assertThat(response.body())
                .isEqualTo(
                        "{\"results\":[{\"id\":\"1\",\"hits\":["
                                + "{\"documentId\":\"café noir\",\"chunk\":3,\"score\":0.25,\"text\":\"text of café noir\"}]}]}");
    }

    @Test
    void searchesForManyInTheirOrder() throws Exception {
        HttpResponse<String> response =
                post("/search", "{\"queries\":[{\"id\":\"b\",\"text\":\"two\"},{\"text\":\"one\"}],\"k\":5}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .startsWith("{\"results\":[{\"id\":\"b\",\"hits\":[{\"documentId\":\"two\",\"chunk\":5,")
                .contains("{\"id\":\"2\",\"hits\":[{\"documentId\":\"one\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /search?k=3               | 400 | q is missing
            /search?q=                | 400 | q is missing
            /search?q=x&k=0           | 400 | k must be 1..1000
            /search?q=x&k=many        | 400 | k must be 1..1000
            /search?q=x&k=1001        | 400 | k must be 1..1000
            /searches?q=x             | 404 | there is
            /search/deep              | 404 | there is no /search/deep
            /favicon.ico              | 404 | but there is /, /status, /health/live
            """)
    void namesWhatIsWrongWithARequest(String path, int status, String error) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).startsWith("{\"error\":\"").contains(error);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            nonsense                                  | the body is not JSON
            {}                                        | queries must be a list
            {"queries":[]}                            | queries must be a list
            {"queries":[{"id":"1"}]}                  | query 1 has no text
            {"queries":[{"text":"x"}],"k":-1}         | k must be 1..1000
            """)
    void namesWhatIsWrongWithABody(String body, String error) throws Exception {
        HttpResponse<String> response = post("/search", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).startsWith("{\"error\":\"").contains(error);
    }

    @Test
    void refusesABodyThatIsTooLarge() throws Exception {
        assertThat(post("/search", "x".repeat(SearchHandler.MOST_BYTES + 1)).statusCode())
                .isEqualTo(413);
    }

    @Test
    void refusesOtherMethods() throws Exception {
        assertThat(post("/metrics", "").statusCode()).isEqualTo(405);
        assertThat(send(request("/search").DELETE()).statusCode()).isEqualTo(405);
    }

    @Test
    void saysThatThePortIsTaken() {
        assertThatThrownBy(() -> HttpEndpoint.start(
                        HttpOptions.open("127.0.0.1", http.port()),
                        metrics.registry(),
                        () -> null,
                        () -> null,
                        (queries, k) -> List.of(),
                        () -> StatusFixture.busy(1)))
                .isInstanceOf(BindException.class)
                .hasMessageStartingWith("http.port: 127.0.0.1:" + http.port() + " is taken");
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
