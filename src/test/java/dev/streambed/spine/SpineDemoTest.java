package dev.streambed.spine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing a newcomer sees, with all its parts as they are. */
class SpineDemoTest {
    private static final Pattern OUTCOME = Pattern.compile(" +([A-Z]+) +(\\d+) +[\\d,]+ ms +[\\d,]+ ms +[\\d,]+ ms");

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void answersEachChangeOfTheCorpusAndFindsWhatIsAskedFor() {
        String output = ServiceProcess.command(directory, Map.of(), 0, "demo");

        List<String> lines = output.lines().toList();
        assertThat(lines).contains("Publishing 91 document changes and awaiting each outcome");
        Map<String, Integer> outcomes = new TreeMap<>();
        for (String line : lines) {
            Matcher outcome = OUTCOME.matcher(line);
            if (outcome.matches()) {
                outcomes.put(outcome.group(1), Integer.valueOf(outcome.group(2)));
            }
        }
        assertThat(outcomes)
                .as(output)
                .containsEntry("INDEXED", 84)
                .containsEntry("UNCHANGED", 1)
                .containsEntry("DELETED", 4)
                .containsEntry("SUPERSEDED", 1)
                .containsEntry("REJECTED", 1);
        assertThat(firstHits(lines))
                .containsExactly("cooking/sourdough-loaf", "databases/write-ahead-log", "astronomy/twinkle");
    }

    /** The document named in the line below each search. */
    private static List<String> firstHits(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("Searching "))
                .map(line -> lines.get(lines.indexOf(line) + 1).strip().split(" +", -1)[1])
                .toList();
    }
}
