package dev.streambed.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The data sets beside the checkout: {@code -Dstreambed.shared=DIR}, {@code ../shared} by default. */
public final class SharedData {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SharedData() {}

    /** The lines of a JSONL file; where it is missing, the build server fails and a laptop skips the test, saying so. */
    public static List<JsonNode> lines(String file) throws IOException {
        Path path = Path.of(System.getProperty("streambed.shared", "../shared")).resolve(file);
        if ("true".equals(System.getenv("CI"))) {
            assertThat(path).exists();
        }
        assumeTrue(Files.exists(path), () -> "skipped, no data: " + path.toAbsolutePath());
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(path)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
