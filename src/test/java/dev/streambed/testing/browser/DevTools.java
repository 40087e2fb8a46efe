package dev.streambed.testing.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The Chrome DevTools protocol over its web socket: calls with an answer, and events by session. Thread-safe. */
final class DevTools implements WebSocket.Listener, AutoCloseable {
    private static final long ANSWER_SECONDS = 60;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
    private final Map<String, Consumer<JsonNode>> listeners = new ConcurrentHashMap<>();
    private final StringBuilder message = new StringBuilder(); // of the socket's thread
    private final WebSocket socket;

    DevTools(URI address) {
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address, this)
                .join();
    }

    /** Events of a session go to the listener, on the socket's thread. */
    void listen(String session, Consumer<JsonNode> listener) {
        listeners.put(session, listener);
    }

    /**
     * Calls a method.
     *
     * @param session of a tab, or null for the browser itself
     */
    JsonNode call(@Nullable String session, String method, Map<String, ?> parameters) {
        int id = lastId.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        calls.put(id, answer);
        Map<String, Object> request = new HashMap<>(Map.of("id", id, "method", method, "params", parameters));
        if (session != null) {
            request.put("sessionId", session);
        }
        try {
            synchronized (this) { // one message at a time
                var unused = socket.sendText(MAPPER.writeValueAsString(request), true)
                        .get(ANSWER_SECONDS, TimeUnit.SECONDS);
            }
            JsonNode answered = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (answered.has("error")) {
                throw new IllegalStateException(method + ": " + answered.get("error"));
            }
            return answered.path("result");
        } catch (JsonProcessingException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(method + " was not answered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            String whole = message.toString();
            message.setLength(0);
            received(whole);
        }
        from.request(1);
        return null;
    }

    private void received(String json) {
        try {
            JsonNode node = MAPPER.readTree(json);
            CompletableFuture<JsonNode> call = calls.remove(node.path("id").asInt(-1));
            if (call != null) {
                call.complete(node);
            } else {
                listeners
                        .getOrDefault(node.path("sessionId").asText(), event -> {})
                        .accept(node);
            }
        } catch (JsonProcessingException e) {
            calls.values().forEach(call -> call.completeExceptionally(e));
        }
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        calls.values().forEach(call -> call.completeExceptionally(error));
    }

    @Override
    public void close() {
        socket.abort();
    }
}
