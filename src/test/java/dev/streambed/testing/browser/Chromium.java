package dev.streambed.testing.browser;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium: the one that {@code STREAMBED_TEST_CHROMIUM} names, else the first on the path. A process of its own with a profile of its
 * own. Owned by the test that started it.
 */
public final class Chromium implements AutoCloseable {
    private static final String VARIABLE = "STREAMBED_TEST_CHROMIUM";
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final long END_SECONDS = 20;

    private final Process process;
    private final DevTools devTools;

    private Chromium(Process process, DevTools devTools) {
        this.process = process;
        this.devTools = devTools;
    }

    /**
     * Starts one. Where there is none the calling test fails if the variable {@code CI} is {@code true}, and else is skipped, saying so.
     *
     * @param profile an empty directory
     */
    public static Chromium require(Path profile) {
        String executable = executable();
        if (executable == null) {
            String message = "no Chromium to test with: install Debian's chromium, or name one with " + VARIABLE;
            if ("true".equals(System.getenv("CI"))) {
                fail(message);
            }
            System.err.println("SKIPPED: " + message);
            return abort(message);
        }
        try {
            return start(executable, profile);
        } catch (IOException e) {
            throw new UncheckedIOException(executable + " could not be started", e);
        }
    }

    private static @Nullable String executable() {
        String given = System.getenv(VARIABLE);
        if (given != null && !given.isBlank()) {
            return given;
        }
        List<String> path = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1));
        Optional<Path> found = NAMES.stream()
                .flatMap(name -> path.stream().map(directory -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
        return found.map(Path::toString).orElse(null);
    }

    private static Chromium start(String executable, Path profile) throws IOException {
        // Without a sandbox, for a container's root has none to give; it shows our own page alone. And it calls nobody.
        List<String> command = Stream.of(
                        executable,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--force-color-profile=srgb",
                        "--remote-debugging-address=127.0.0.1",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile.toAbsolutePath(),
                        "about:blank")
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .put("TMPDIR", profile.toAbsolutePath().toString()); // what it leaves goes with the profile
        Process process = builder.start();
        BufferedReader messages = process.errorReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = messages.readLine(); line != null; line = messages.readLine()) {
            said.append(line).append('\n');
            Matcher listening = LISTENING.matcher(line);
            if (listening.find()) {
                drain(messages);
                return new Chromium(process, new DevTools(URI.create(listening.group(1))));
            }
        }
        throw new IOException(executable + " ended before it listened:\n" + said);
    }

    /** It would stop where nobody reads what it says. */
    private static void drain(BufferedReader messages) {
        Thread thread = new Thread(() -> messages.lines().forEach(line -> {}), "chromium-messages");
        thread.setDaemon(true);
        thread.start();
    }

    /** A new tab, empty. */
    public Tab open() {
        String target = devTools.call(null, "Target.createTarget", Map.of("url", "about:blank"))
                .path("targetId")
                .asText();
        String session = devTools.call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId")
                .asText();
        return new Tab(devTools, target, session);
    }

    @Override
    public void close() {
        devTools.close();
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
