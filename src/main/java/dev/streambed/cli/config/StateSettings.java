package dev.streambed.cli.config;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Local state of Kafka Streams, and whose it is.
 *
 * @param dir where, or null: see {@link #directory()}
 * @param instanceId the process's name in its consumer groups, or null for the one that is kept in the directory
 */
public record StateSettings(@Nullable Path dir, @Nullable String instanceId) {
    /** Kafka takes 249 characters; the number of a stream thread and Kafka Streams' own suffixes come on top. */
    private static final Pattern INSTANCE_ID = Pattern.compile("[A-Za-z0-9._-]{1,200}");

    public StateSettings {
        if (instanceId != null) {
            Check.matches("state.instance-id", instanceId, INSTANCE_ID);
        }
    }

    /** {@code state.dir}, or {@code streambed} in the system's temporary directory. */
    public Path directory() {
        return dir != null ? dir : Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "streambed");
    }
}
