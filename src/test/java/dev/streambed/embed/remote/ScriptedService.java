package dev.streambed.embed.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An embedding service over real HTTP that does as the test says. Left alone it embeds: a text's vector is (its length, 3, 0), which is
 * not normalised, and OpenAI's answers come in reverse order, so that only their index tells.
 */
public final class ScriptedService implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What to do with a call, or null: embed. Runs on a thread of its own, and may block until {@link #close}. */
    @FunctionalInterface
    public interface Script {
        @Nullable
        Reply to(Call call) throws InterruptedException;
    }

    /** A call as it came; {@code at} is {@link System#nanoTime}. */
    public record Call(String path, String authorization, JsonNode body, List<String> texts, long at) {}

    /** What is answered. */
    public record Reply(int status, Map<String, String> headers, String body) {
        /** Without headers or content worth mentioning. */
        public static Reply of(int status) {
            return new Reply(status, Map.of(), "{}");
        }
    }

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Script script;

    public ScriptedService(Script script) throws IOException {
        this(0, script);
    }

    /** On a port that is free. */
    public ScriptedService(int port, Script script) throws IOException {
        this.script = script;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on. */
    public void follow(Script other) {
        script = other;
    }

    /** Those that have come, the canaries included. */
    public List<Call> calls() {
        return calls;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
            List<String> texts = new ArrayList<>();
            (body.has("inputs") ? body.path("inputs") : body.path("input")).forEach(text -> texts.add(text.asText()));
            String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            Call call = new Call(
                    exchange.getRequestURI().getPath(), authorization, body, List.copyOf(texts), System.nanoTime());
            calls.add(call);
            Reply reply = script.to(call);
            send(exchange, reply != null ? reply : new Reply(200, Map.of(), vectors(call)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** The answer to a call in its own API. */
    public static String vectors(Call call) {
        if (call.body().has("inputs")) {
            return call.texts().stream().map(ScriptedService::vector).collect(Collectors.joining(",", "[", "]"));
        }
        List<String> data = new ArrayList<>();
        for (int i = call.texts().size() - 1; i >= 0; i--) {
            data.add("{\"object\":\"embedding\",\"index\":" + i + ",\"embedding\":"
                    + vector(call.texts().get(i)) + "}");
        }
        return "{\"object\":\"list\",\"data\":[" + String.join(",", data) + "],\"usage\":{\"total_tokens\":1}}";
    }

    private static String vector(String text) {
        return "[" + text.length() + ",3,0]";
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
