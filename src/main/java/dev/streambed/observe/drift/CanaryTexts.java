package dev.streambed.observe.drift;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The {@value #COUNT} texts of the canary: of many languages and scripts, code, numbers, emoji, from one word to a hundred. Changing one makes
 * every stored reference worthless, so that is another {@link DriftCodec#FORMAT}.
 */
final class CanaryTexts {
    static final int COUNT = 64;
    private static final String RESOURCE = "canary.json";

    private CanaryTexts() {}

    /** The texts, in their order. */
    static List<String> load() {
        try (InputStream in = CanaryTexts.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is not on the class path");
            }
            return List.copyOf(new ObjectMapper().readValue(in, new TypeReference<List<String>>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
