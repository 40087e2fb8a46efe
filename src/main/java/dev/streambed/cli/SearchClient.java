package dev.streambed.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.config.HttpSettings;
import dev.streambed.observe.SearchRequest;
import dev.streambed.observe.SearchResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Asks the running service over HTTP. */
final class SearchClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** The service takes any. */
    private static final String USER = "streambed";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final ObjectMapper mapper;
    private final URI uri;
    private final @Nullable String password;

    SearchClient(HttpSettings settings, ObjectMapper mapper) {
        String host = settings.host();
        this.uri = URI.create(
                "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + settings.port() + "/search");
        this.password = settings.password();
        this.mapper = mapper;
    }

    /**
     * One request.
     *
     * @throws CommandException saying what to do if nobody answers or the service refuses
     */
    SearchResponse search(SearchRequest request) throws IOException, InterruptedException {
        HttpRequest.Builder post = HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(mapper.writeValueAsBytes(request)));
        if (password != null) {
            byte[] pair = (USER + ":" + password).getBytes(StandardCharsets.UTF_8);
            post.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
        HttpResponse<byte[]> response;
        try {
            response = http.send(post.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (ConnectException | HttpTimeoutException e) {
            throw new CommandException(
                    "no service answers at " + uri
                            + " (start it with `./streambed run`, or set http.host and http.port)",
                    e);
        }
        try {
            if (response.statusCode() == 200) {
                return mapper.readValue(response.body(), SearchResponse.class);
            }
            throw new CommandException("the service at " + uri + " says "
                    + mapper.readTree(response.body()).path("error").asText("status " + response.statusCode()));
        } catch (JsonProcessingException e) {
            throw new CommandException("what answers at " + uri + " is not Streambed", e);
        }
    }
}
