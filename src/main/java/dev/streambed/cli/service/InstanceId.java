package dev.streambed.cli.service;

import dev.streambed.cli.config.StateSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The name of this instance in its consumer groups (static membership): whoever comes back under the same name within the session
 * timeout gets its partitions back at once. Where nobody gives it one it lies in the state directory, because that is what must not be
 * shared; a pod has a name of its own, which outlives its disk.
 */
final class InstanceId {
    private static final String FILE = "instance-id";

    private InstanceId() {}

    /** The configured name, else the state directory's, made at the first start. */
    static String of(StateSettings state) {
        String given = state.instanceId();
        return given != null ? given : of(state.directory());
    }

    private static String of(Path stateDirectory) {
        Path file = stateDirectory.resolve(FILE);
        try {
            if (Files.exists(file)) {
                String id = Files.readString(file).strip();
                if (!id.isEmpty()) {
                    return id;
                }
            }
            Files.createDirectories(stateDirectory);
            String id = UUID.randomUUID().toString();
            Files.writeString(file, id);
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot keep state in " + stateDirectory + " (state.dir): " + e.getMessage(), e);
        }
    }
}
