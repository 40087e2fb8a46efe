package dev.streambed.spine;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.quality.Cranfield;
import dev.streambed.testing.browser.Chromium;
import dev.streambed.testing.browser.Tab;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pictures in {@code docs/status}: the page of {@code run --embedded}, while Cranfield's abstracts come as bulk, again and again, and some of
 * them, changed, as interactive ones beside it. {@code pngquant} makes them smaller where it is installed.
 *
 * <p>{@code mvn test -Pbenchmark -Dtest=StatusScreenshots [-Dseconds=150]}
 */
@Tag("benchmark")
class StatusScreenshots {
    private static final Path PICTURES = Path.of("docs/status");
    private static final int INTERACTIVE_A_SECOND = 3;

    /** Of the collection, one after another: the load must outlast the pictures. */
    private static final int EDITIONS = 5;

    @TempDir
    Path directory = Path.of("unset");

    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void takesThem() throws Exception {
        int seconds = Integer.getInteger("seconds", 150);
        List<String> documents = Cranfield.load().documents();
        int port = freePort();
        try (ServiceProcess service = ServiceProcess.run(
                        directory,
                        Map.of("embed.in-flight-bytes", "512kB"),
                        "--embedded",
                        "--port",
                        Integer.toString(port),
                        "--data-dir",
                        directory.resolve("data").toString());
                Chromium chromium = Chromium.require(directory.resolve("profile"));
                Producing producing = new Producing("127.0.0.1:" + port);
                Tab tab = chromium.open()) {
            service.awaitReady();
            ScheduledExecutorService interactive = Executors.newSingleThreadScheduledExecutor();
            try {
                for (int edition = 1; edition <= EDITIONS; edition++) {
                    for (String document : documents) {
                        producing.send("documents.bulk", id(document), revised(document, "Edition " + edition));
                    }
                }
                AtomicInteger next = new AtomicInteger();
                var unused = interactive.scheduleAtFixedRate(
                        () -> change(producing, documents, next.getAndIncrement()),
                        0,
                        1000 / INTERACTIVE_A_SECOND,
                        TimeUnit.MILLISECONDS);
                // The first bytes up to the gate's limit come in at once: not what it is like afterwards.
                tab.eval("new Promise(done => setTimeout(done, 20000))");
                tab.as(1400, 900, false, true).go(service.url() + "/");
                for (int passed = 0; passed < seconds; passed += 10) {
                    tab.eval("new Promise(done => setTimeout(done, 10000))");
                }
                search(tab);
                take(tab);
            } finally {
                interactive.shutdownNow();
            }
        }
    }

    /** Some as they are, which is no change, some without a text, one in fifty deleted, the rest longer by a sentence. */
    private void change(Producing producing, List<String> documents, int n) {
        String id = id(documents.get(n % documents.size()));
        String json;
        if (n % 50 == 49) {
            json = "{\"id\":\"" + id + "\",\"type\":\"delete\"}";
        } else if (n % 40 == 39) {
            json = "{\"id\":\"" + id + "\",\"text\":\"\"}";
        } else if (n % 9 == 8) {
            json = documents.get(n % documents.size());
        } else {
            json = revised(documents.get(n % documents.size()), "Revision " + n);
        }
        producing.send("documents", id, json);
    }

    private static String revised(String document, String what) {
        return document.replaceFirst("\"text\": *\"", "\"text\": \"" + what + ". ");
    }

    private String id(String document) {
        try {
            return mapper.readTree(document).path("id").asText();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void search(Tab tab) {
        tab.eval("(document.getElementById('search-text').value = 'heat transfer at hypersonic speed', "
                + "document.getElementById('search').requestSubmit())");
        tab.await("document.getElementById('hits').children.length > 0");
        // A picture of the page, not of ten abstracts.
        tab.eval("([...document.querySelectorAll('#hits li')].slice(3).forEach(each => each.remove()), "
                + "document.activeElement.blur())");
    }

    private static void take(Tab tab) throws IOException, InterruptedException {
        Files.createDirectories(PICTURES);
        for (int width : new int[] {400, 1400}) {
            for (boolean dark : new boolean[] {false, true}) {
                tab.as(width, 900, dark, true);
                Path file = PICTURES.resolve("status-%d-%s.png".formatted(width, dark ? "dark" : "light"));
                Files.write(file, tab.picture());
                makeSmaller(file);
                System.out.printf("%s: %,d bytes%n", file, Files.size(file));
            }
        }
    }

    private static void makeSmaller(Path file) throws InterruptedException {
        try {
            int unused = new ProcessBuilder(
                            "pngquant", "--force", "--skip-if-larger", "--output", file.toString(), file.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            System.out.println("pngquant is not installed: " + file + " stays as large as it is");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
