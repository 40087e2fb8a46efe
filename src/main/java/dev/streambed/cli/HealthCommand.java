package dev.streambed.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.config.HttpSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Asks the running service how it is, for an image that has neither a shell nor curl. Whoever asks does so again and again, each time
 * with a JVM of its own, so it takes {@link HttpURLConnection} and not the client of {@code java.net.http}, which starts threads.
 */
@Command(
        name = "health",
        description = {
            "Ask the running service at http.host:http.port whether it is ready, and why not.",
            "Exit code 1 if it is not, or does not answer."
        })
final class HealthCommand implements Callable<Integer> {
    private static final int TIMEOUT_MILLIS = 4_000;

    private final Console console;
    private final ObjectMapper mapper = new ObjectMapper();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--live", description = "Ask instead whether it must be restarted.")
    private boolean live;

    HealthCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        URI uri = uri(options.load(console).config().http());
        JsonNode answer;
        boolean well;
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            well = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            try (InputStream body = well ? connection.getInputStream() : connection.getErrorStream()) {
                answer = mapper.readTree(body);
            }
        } catch (JsonProcessingException e) {
            throw new CommandException("what answers at " + uri + " is not Streambed", e);
        } catch (IOException e) {
            throw new CommandException("no service answers at " + uri + ": " + e.getMessage(), e);
        }
        String status = answer.path("status").asText("");
        if (status.isEmpty()) {
            throw new CommandException("what answers at " + uri + " is not Streambed");
        }
        String reason = answer.path("reason").asText("");
        console.out().println(reason.isEmpty() ? status : status + ": " + reason);
        return well ? 0 : 1;
    }

    /** A service that listens on every address is asked on loopback. */
    private URI uri(HttpSettings http) throws UnknownHostException {
        InetAddress address = InetAddress.getByName(http.host());
        String host =
                address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress().getHostAddress() : http.host();
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + http.port() + "/health/"
                + (live ? "live" : "ready"));
    }
}
