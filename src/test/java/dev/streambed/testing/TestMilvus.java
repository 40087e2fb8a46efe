package dev.streambed.testing;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real Milvus for tests: the one that {@code STREAMBED_TEST_MILVUS_URI} names, else one that {@code scripts/milvus} starts on first
 * use, shared by all tests of this JVM, its data in a temporary directory, killed and removed when the JVM ends. Tests share it, so
 * each uses {@linkplain #randomCollection() collections of its own}. Thread-safe.
 */
public final class TestMilvus {
    private static final String URI_VARIABLE = "STREAMBED_TEST_MILVUS_URI";

    private static @Nullable TestMilvus shared;
    private static @Nullable String whyNot;

    private final String uri;

    private TestMilvus(String uri) {
        this.uri = uri;
    }

    /**
     * The shared server, started if need be (seconds; a minute or so where it must be installed first). Where there can be none the
     * calling test fails if the variable {@code CI} is {@code true}, and else is skipped, both saying why.
     */
    public static synchronized TestMilvus require() {
        if (shared == null && whyNot == null) {
            try {
                shared = new TestMilvus(givenOrStarted());
            } catch (IOException | IllegalStateException e) {
                whyNot = e.getMessage();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                whyNot = "interrupted";
            }
        }
        if (shared != null) {
            return shared;
        }
        String message =
                "no Milvus to test with (set " + URI_VARIABLE + ", or let scripts/milvus start one): " + whyNot;
        if ("true".equals(System.getenv("CI"))) {
            fail(message);
        }
        System.err.println("SKIPPED: " + message);
        return abort(message);
    }

    /** Its address, for instance {@code http://127.0.0.1:19530}. */
    public String uri() {
        return uri;
    }

    /** A collection's name that no other test has. */
    public static String randomCollection() {
        return "test_" + UUID.randomUUID().toString().replace('-', '_');
    }

    private static String givenOrStarted() throws IOException, InterruptedException {
        String given = System.getenv(URI_VARIABLE);
        return given != null && !given.isBlank() ? given : start();
    }

    private static String start() throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("streambed-milvus-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(data), "stop-test-milvus"));
        Process script = script("start", "--data", data.toString(), "--port", "0");
        String out = new String(script.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!script.waitFor(10, TimeUnit.MINUTES) || script.exitValue() != 0) {
            throw new IllegalStateException("scripts/milvus start failed, its messages are above");
        }
        return out.strip();
    }

    private static void remove(Path data) {
        try {
            script("stop", "--data", data.toString(), "--now").waitFor(1, TimeUnit.MINUTES);
            List<Path> paths;
            try (var tree = Files.walk(data)) {
                paths = new ArrayList<>(tree.toList());
            }
            paths.sort(Comparator.reverseOrder());
            for (Path path : paths) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("left behind: " + data, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tests run in the project's root; the script's messages go to this JVM's stderr. */
    private static Process script(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("scripts/milvus"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
