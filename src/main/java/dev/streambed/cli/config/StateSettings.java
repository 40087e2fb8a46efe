package dev.streambed.cli.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Local state of Kafka Streams.
 *
 * @param dir where, or null: see {@link #directory()}
 */
public record StateSettings(@Nullable Path dir) {
    /** {@code state.dir}, or {@code streambed} in the system's temporary directory. */
    public Path directory() {
        return dir != null ? dir : Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "streambed");
    }
}
