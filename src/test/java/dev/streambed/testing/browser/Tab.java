package dev.streambed.testing.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A tab of a {@link Chromium}. For one thread. */
public final class Tab implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final DevTools devTools;
    private final String target;
    private final String session;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    Tab(DevTools devTools, String target, String session) {
        this.devTools = devTools;
        this.target = target;
        this.session = session;
        devTools.listen(session, this::heard);
        List.of("Page.enable", "Runtime.enable", "Log.enable").forEach(method -> call(method, Map.of()));
    }

    private void heard(JsonNode event) {
        JsonNode parameters = event.path("params");
        boolean complains =
                switch (event.path("method").asText()) {
                    case "Runtime.exceptionThrown" -> true;
                    case "Runtime.consoleAPICalled" ->
                        List.of("error", "warning", "assert")
                                .contains(parameters.path("type").asText());
                    case "Log.entryAdded" ->
                        List.of("error", "warning")
                                .contains(parameters.path("entry").path("level").asText());
                    default -> false;
                };
        if (complains) {
            complaints.add(parameters.toString());
        }
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        return devTools.call(session, method, parameters);
    }

    /** Errors and warnings on the console, and exceptions nobody caught, since the tab was opened. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** The window, in CSS pixels, and what the user prefers. */
    public Tab as(int width, int height, boolean dark, boolean stillness) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        call(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                                Map.of(
                                        "name",
                                        "prefers-reduced-motion",
                                        "value",
                                        stillness ? "reduce" : "no-preference"))));
        return this;
    }

    /** Sent with each request from now on. */
    public Tab withHeader(String name, String value) {
        call("Network.enable", Map.of());
        call("Network.setExtraHTTPHeaders", Map.of("headers", Map.of(name, value)));
        return this;
    }

    /** Goes there, and waits until it is loaded. */
    public Tab go(String url) {
        JsonNode gone = call("Page.navigate", Map.of("url", url));
        if (gone.has("errorText")) {
            throw new IllegalStateException(url + ": " + gone.path("errorText").asText());
        }
        await("location.href !== 'about:blank' && document.readyState === 'complete'");
        return this;
    }

    /** The value of an expression; a promise's, once it has one. */
    public JsonNode eval(String expression) {
        JsonNode answer =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** Waits until an expression is true. */
    public void await(String condition) {
        JsonNode unused = eval("""
                new Promise((done, failed) => {
                  const until = performance.now() + %d;
                  const look = () =>
                    %s ? done(true) : performance.now() > until ? failed(new Error("in vain")) : setTimeout(look, 20);
                  look();
                })""".formatted(PATIENCE_MILLIS, condition));
    }

    /** All of the page, beyond the window too, as PNG. */
    public byte[] picture() {
        JsonNode size = call("Page.getLayoutMetrics", Map.of()).path("cssContentSize");
        JsonNode shot = call(
                "Page.captureScreenshot",
                Map.of(
                        "format",
                        "png",
                        "captureBeyondViewport",
                        true,
                        "clip",
                        Map.of(
                                "x", 0,
                                "y", 0,
                                "width", size.path("width").asDouble(),
                                "height", size.path("height").asDouble(),
                                "scale", 1)));
        return Base64.getDecoder().decode(shot.path("data").asText());
    }

    @Override
    public void close() {
        JsonNode unused = devTools.call(null, "Target.closeTarget", Map.of("targetId", target));
    }
}
