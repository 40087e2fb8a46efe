package dev.streambed.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Ties a child process to its parent: it takes orders from standard input, and ends when that ends. */
final class ParentWatch {
    private static final int ORPHANED = 3;

    private ParentWatch() {}

    /**
     * Starts listening, on a daemon thread of its own.
     *
     * @param orders each line, on that thread
     */
    static void start(InputStream in, Consumer<String> orders) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            orders.accept(line.strip());
                        }
                    } catch (IOException e) {
                        // As good as its end.
                    }
                    Runtime.getRuntime().halt(ORPHANED);
                },
                "parent-watch");
        thread.setDaemon(true);
        thread.start();
    }
}
