package dev.streambed.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.observe.status.StatusFixture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is shown what, by where the service listens and whether there is a password. */
@SuppressWarnings("NullAway.Init")
class HttpAccessTest {
    private static final String ANYWHERE = "0.0.0.0";
    private static final String LOOPBACK = "127.0.0.1";
    private static final String PASSWORD = "grüße: open sesame";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Metrics metrics = new Metrics();
    private HttpEndpoint http;

    /** As on that host, but on loopback: a test is nobody's server. */
    private void serve(String host, @Nullable String password) throws IOException {
        http = HttpEndpoint.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Access(new HttpOptions(host, 0, password), new InetSocketAddress(host, 0).getAddress()),
                metrics.registry(),
                () -> null,
                () -> null,
                (queries, k) -> queries.stream()
                        .<List<SearchResponse.Hit>>map(query -> List.of())
                        .toList(),
                () -> StatusFixture.busy(1));
    }

    @AfterEach
    void stop() {
        http.close();
        metrics.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/status", "/search?q=x"})
    void isOpenOnLoopbackWithoutAPassword(String path) throws Exception {
        serve(LOOPBACK, null);

        assertThat(get(path, null).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/status", "/search?q=x"})
    void isNotShownElsewhereWithoutAPasswordAndSaysWhatToSet(String path) throws Exception {
        serve(ANYWHERE, null);

        HttpResponse<String> response = get(path, null);

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("http.password-file").contains("http.host");
        assertThat(get(path, basic("anybody:")).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/status", "/search?q=x"})
    void wantsThePasswordWhereThereIsOne(String path) throws Exception {
        for (String host : List.of(ANYWHERE, LOOPBACK)) {
            serve(host, PASSWORD);

            HttpResponse<String> without = get(path, null);
            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(without.headers().firstValue("WWW-Authenticate"))
                    .hasValue("Basic realm=\"Streambed\", charset=\"UTF-8\"");
            assertThat(without.body()).contains("http.password").doesNotContain(PASSWORD);
            assertThat(get(path, basic("streambed:" + PASSWORD)).statusCode()).isEqualTo(200);
            assertThat(get(path, basic("anybody:" + PASSWORD)).statusCode()).isEqualTo(200);
            http.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"streambed:", "streambed:grüße: open sesam", "streambed:grüße: open sesame ", "streambed"})
    void takesNoOtherPassword(String pair) throws Exception {
        serve(ANYWHERE, PASSWORD);

        assertThat(get("/status", basic(pair)).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer open", "Basic", "Basic ", "Basic ???", "open sesame"})
    void takesNoOtherHeader(String header) throws Exception {
        serve(ANYWHERE, PASSWORD);
        assertThat(new HttpOptions(ANYWHERE, 0, PASSWORD).toString()).doesNotContain(PASSWORD);

        assertThat(get("/status", header).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/metrics"})
    void letsProbesAndPrometheusIn(String path) throws Exception {
        for (String password : Arrays.asList(PASSWORD, null)) {
            serve(ANYWHERE, password);

            assertThat(get(path, null).statusCode()).isEqualTo(200);
            http.close();
        }
    }

    @Test
    void answersNoPageOfTheWebThatHasItsNamePointHere() throws Exception {
        serve(LOOPBACK, null);

        assertThat(statusLine("/status", "evil.example:" + http.port())).contains(" 421");
        assertThat(statusLine("/search?q=x", "127.0.0.1.evil.example")).contains(" 421");
        assertThat(statusLine("/health/ready", "evil.example")).contains(" 200");
        assertThat(statusLine("/status", "localhost:" + http.port())).contains(" 200");
        assertThat(statusLine("/status", "[::1]:" + http.port())).contains(" 200");
    }

    @Test
    void letsNothingButItselfIntoThePage() throws Exception {
        serve(LOOPBACK, null);

        HttpResponse<String> page = get("/", null);

        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .startsWith("default-src 'none'; script-src 'sha256-")
                        .contains("style-src 'sha256-")
                        .contains("frame-ancestors 'none'")
                        .doesNotContain("unsafe"));
        assertThat(page.body()).doesNotContain("href=\"http", "src=\"", "url(", "@import");
        for (HttpResponse<String> response : List.of(page, get("/status", null), get("/search?q=x", null))) {
            assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/status"})
    void isReadOnly(String path) throws Exception {
        serve(LOOPBACK, null);

        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
            HttpResponse<String> response = client.send(
                    request(path)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(method).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
        }
        HttpResponse<String> head = client.send(
                request(path)
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path));
    }

    private HttpResponse<String> get(String path, @Nullable String authorization) throws Exception {
        HttpRequest.Builder request = request(path);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The JDK's client sets the host itself. */
    private String statusLine(String path, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.port());
                BufferedReader answer =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return answer.readLine();
        }
    }
}
