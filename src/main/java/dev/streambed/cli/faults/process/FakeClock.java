package dev.streambed.cli.faults.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The wall clock of a child process, to be set at will; its monotonic clock stays true. By libfaketime. Owned by the run's thread. */
public final class FakeClock {
    private static final String LIBRARY = "libfaketimeMT.so.1";

    private final Path file;

    /**
     * A clock that is right.
     *
     * @param file from which the child reads by how much it is wrong
     */
    public FakeClock(Path file) {
        this.file = file;
        shift(0);
    }

    /** Why there is none here, or null. */
    public static @Nullable String missing() {
        return library().isPresent() ? null : "no " + LIBRARY + "; apt-get install libfaketime";
    }

    private static Optional<Path> library() {
        try (Stream<Path> found = Files.find(Path.of("/usr/lib"), 4, (path, attributes) -> path.endsWith(LIBRARY))) {
            return found.findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What the child must find in its environment. */
    public Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library().orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // With it, timed waits of the JVM return at once.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    /** From now on it is wrong by so many seconds; the child notices within one. */
    public void shift(long seconds) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(next, (seconds < 0 ? "" : "+") + seconds + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
