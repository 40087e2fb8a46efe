package dev.streambed.cli.config;

import dev.streambed.embed.model.Device;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The model.
 *
 * @param directory in the sentence-transformers layout, or null for the bundled MiniLM
 * @param device where it runs
 */
public record ModelSettings(@Nullable Path directory, Device device) {}
