package dev.streambed.cli.faults;

import dev.streambed.cli.faults.process.MilvusServer;
import dev.streambed.cli.faults.process.RunFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The Milvus that the suite kills, one for all its tests; not the other tests' one. */
final class SuiteMilvus {
    private static @Nullable MilvusServer server;

    private SuiteMilvus() {}

    /** Started on first use and ended with the JVM. Where there can be none the test fails with CI=true, and else is skipped, aloud. */
    static synchronized MilvusServer require() {
        MilvusServer running = server;
        if (running == null) {
            running = start();
            server = running;
        }
        return running;
    }

    private static MilvusServer start() {
        try {
            return MilvusServer.start(
                    Path.of("scripts", "milvus").toAbsolutePath(),
                    Files.createTempDirectory("streambed-suite-milvus").resolve("data"));
        } catch (RunFailedException e) {
            String message = "no Milvus to try the promises with: " + e.getMessage();
            if ("true".equals(System.getenv("CI"))) {
                Assertions.fail(message);
            }
            System.err.println("SKIPPED: " + message);
            Assumptions.abort(message);
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
