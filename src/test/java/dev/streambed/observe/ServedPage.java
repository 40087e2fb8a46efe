package dev.streambed.observe;

import dev.streambed.observe.status.Status;
import dev.streambed.observe.status.StatusFixture;
import dev.streambed.testing.browser.Chromium;
import dev.streambed.testing.browser.Tab;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The page as the service's own HTTP gives it, with figures made for the case, and a tab that shows it. Owned by the test. */
final class ServedPage implements AutoCloseable {
    /** What each hit of a search says. */
    static final String HOSTILE = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>";

    private final Metrics metrics = new Metrics();
    private final AtomicReference<Status> status = new AtomicReference<>(StatusFixture.busy(8));
    private final AtomicInteger asked = new AtomicInteger();
    private final HttpEndpoint http;
    private final Tab tab;

    ServedPage(Chromium chromium, @Nullable String password) throws IOException {
        this.http = HttpEndpoint.start(
                new HttpOptions("127.0.0.1", 0, password),
                metrics.registry(),
                () -> null,
                () -> null,
                (queries, k) -> queries.stream()
                        .map(query -> List.of(
                                new SearchResponse.Hit("id " + HOSTILE, 3, 0.875, HOSTILE + " found for " + query)))
                        .toList(),
                () -> {
                    asked.incrementAndGet();
                    return status.get();
                });
        this.tab = chromium.open().as(1400, 900, false, false);
    }

    Tab tab() {
        return tab;
    }

    /** From the next answer on. */
    void show(Status shown) {
        status.set(shown);
    }

    /** How often it was asked for its figures. */
    int asked() {
        return asked.get();
    }

    /** Goes there, and waits for the first figures, or for the want of them. */
    void open() {
        tab.go("http://127.0.0.1:" + http.port() + "/");
        tab.await("document.getElementById('state').dataset.state !== 'asking'");
    }

    void awaitAnswers(int count) {
        tab.await("performance.getEntriesByName(new URL('status', location.href).href).length >= " + count);
    }

    /** What is to be read there. */
    String text(String selector) {
        return tab.eval("document.querySelector(\"" + selector + "\").innerText")
                .asText();
    }

    void search(String query) {
        tab.eval("(document.getElementById('search-text').value = '" + query
                + "', document.getElementById('search').requestSubmit())");
        tab.await("document.getElementById('hits').children.length === 1");
    }

    void stopServing() {
        http.close();
    }

    @Override
    public void close() {
        tab.close();
        http.close();
        metrics.close();
    }
}
