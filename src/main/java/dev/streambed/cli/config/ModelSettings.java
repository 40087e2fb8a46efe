package dev.streambed.cli.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The model.
 *
 * @param directory in the sentence-transformers layout, or null for the bundled MiniLM
 * @param device where it runs
 */
public record ModelSettings(@Nullable Path directory, Device device) {
    /** Where a model runs. */
    public enum Device {
        /** CUDA where it works, else the CPU. */
        AUTO,
        CPU,
        CUDA
    }
}
