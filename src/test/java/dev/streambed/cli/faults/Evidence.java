package dev.streambed.cli.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a failed run leaves, said where only the test's output is kept. */
final class Evidence {
    private static final int LINES = 60;

    private Evidence() {}

    /** Prints the last lines of everything that the run's processes printed. */
    static void print(Path runDirectory) {
        System.out.println("what the run left is in " + runDirectory);
        try (Stream<Path> files = Files.find(
                runDirectory, 2, (file, unused) -> file.getFileName().toString().equals("output.log"))) {
            for (Path file : files.sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                System.out.println("the end of " + runDirectory.relativize(file) + ":");
                lines.stream()
                        .skip(Math.max(0, lines.size() - LINES))
                        .forEach(line -> System.out.println("    " + line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
