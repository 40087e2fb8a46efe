package dev.streambed.cli.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.streambed.cli.faults.lab.RunResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs brought together over time, a JSON line a run, and the page that is made of them: the same name with {@code .md}.
 *
 * @param file need not exist
 */
public record ResultsFile(Path file) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Adds a run and makes the page anew. */
    public void append(RunResult result) throws IOException {
        Files.writeString(
                file,
                JSON.writeValueAsString(result) + "\n",
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        Files.writeString(page(), GuaranteesPage.of(read()));
    }

    /** All runs, the oldest first; none where the file does not exist. */
    public List<RunResult> read() throws IOException {
        List<RunResult> results = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                results.add(JSON.readValue(line, RunResult.class));
            }
        }
        return results;
    }

    /** Where the page lies. */
    public Path page() {
        return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ".md");
    }
}
