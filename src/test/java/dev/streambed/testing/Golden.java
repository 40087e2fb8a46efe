package dev.streambed.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares with a file of the repository; {@code -Dgolden.update=true} writes it instead. */
public final class Golden {
    private Golden() {}

    /**
     * Compares.
     *
     * @param file from the root of the repository
     */
    public static void compare(String file, String actual) {
        Path path = Path.of(file);
        try {
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(path.toAbsolutePath().getParent());
                Files.writeString(path, actual);
            }
            assertThat(path).as("golden file; -Dgolden.update=true writes it").exists();
            assertThat(actual)
                    .as("%s; if the change is meant, -Dgolden.update=true writes it", file)
                    .isEqualTo(Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
