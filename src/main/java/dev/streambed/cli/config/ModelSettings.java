package dev.streambed.cli.config;

import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.Precision;
import io.airlift.units.DataSize;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The model.
 *
 * @param directory in the sentence-transformers layout, or null for the bundled MiniLM
 * @param device where it runs
 * @param precision which graph runs
 * @param deviceId CUDA's number of the device, 0..63
 * @param deviceMemory most memory of the device, 0 B..1 TB; 0: all there is
 * @param queryPrefix put before a query, or null for what the model's files say
 * @param passagePrefix put before each chunk, or null for what the model's files say
 */
public record ModelSettings(
        @Nullable Path directory,
        Device device,
        Precision precision,
        int deviceId,
        DataSize deviceMemory,
        @Nullable String queryPrefix,
        @Nullable String passagePrefix) {
    public ModelSettings {
        Check.range("model.device-id", deviceId, 0, 63);
        Check.range("model.device-memory", deviceMemory, "0B", "1TB");
    }
}
