package dev.streambed.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What to scale EMBED on, as {@code docs/operations.md} has it. */
public final class ScalingQuery {
    private static final Path PAGE = Path.of("docs", "operations.md");
    private static final Pattern QUERY = Pattern.compile("(?m)^ +(sum\\(.*streambed_lag_work_seconds.*)$");

    private ScalingQuery() {}

    /** The query, for the pipeline and with the topics that are the defaults. */
    public static String documented() {
        try {
            Matcher matcher = QUERY.matcher(Files.readString(PAGE));
            if (!matcher.find()) {
                throw new AssertionError(PAGE + " has no line with a sum of streambed_lag_work_seconds");
            }
            return matcher.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
