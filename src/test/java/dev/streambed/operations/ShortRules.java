package dev.streambed.operations;

import dev.streambed.operations.AlertRules.Alert;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The rules with their hours made seconds, so that a test can wait for them. Nothing else about them differs. */
public final class ShortRules {
    /** Seconds of an hour in thresholds, such as a day of work. */
    public static final int HOUR = 24;

    /** Seconds of the rules' that make one here: of windows, and of what an alert waits for. */
    private static final int WINDOWS = 150;

    private static final int WAITS = 200;

    /** A window must hold some scrapes. */
    private static final Duration LEAST_WINDOW = Duration.ofSeconds(4);

    private static final Pattern WINDOW = Pattern.compile("\\[(\\d+[mhd])]");
    private static final Pattern WAIT = Pattern.compile("(?m)^( +for: )(\\d+[mhd])$");

    private ShortRules() {}

    /** As a file of Prometheus. */
    public static String text() {
        String windows = WINDOW.matcher(AlertRules.text())
                .replaceAll(found ->
                        "[" + window(AlertRules.duration(found.group(1))).toMillis() + "ms]");
        String waits = WAIT.matcher(windows)
                .replaceAll(found -> found.group(1)
                        + AlertRules.duration(found.group(2)).dividedBy(WAITS).toMillis() + "ms");
        return waits.replace("* 3600", "* " + HOUR);
    }

    private static Duration window(Duration of) {
        Duration shorter = of.dividedBy(WINDOWS);
        return shorter.compareTo(LEAST_WINDOW) < 0 ? LEAST_WINDOW : shorter;
    }

    /** Their alerts. */
    static List<Alert> alerts() {
        return AlertRules.alerts(text());
    }
}
