package dev.streambed.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} says, in Prometheus' text format. */
public final class Exposition {
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)\\{(.*)} \\S+$");

    private Exposition() {}

    /**
     * One metric.
     *
     * @param type as Prometheus names it
     * @param help its description
     * @param labels of its series, but for a histogram's {@code le}
     */
    public record Family(String name, String type, String help, SortedSet<String> labels) {}

    /** By name. */
    public static List<Family> families(String text) {
        List<Family> families = new ArrayList<>();
        String help = "";
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                help = words.length > 3 ? words[3].strip() : "";
            } else if (line.startsWith("# TYPE ")) {
                families.add(new Family(words[2], words[3], help, new TreeSet<>()));
                help = "";
            } else {
                families.get(families.size() - 1).labels().addAll(labelsOf(line));
            }
        }
        return families;
    }

    private static SortedSet<String> labelsOf(String sample) {
        SortedSet<String> labels = new TreeSet<>();
        Matcher matcher = LABEL.matcher(sample);
        while (matcher.find()) {
            labels.add(matcher.group(1));
        }
        labels.remove("le");
        return labels;
    }

    /** The values of a label, of all metrics whose names begin so: what is counted together has one set of labels. */
    public static SortedSet<String> values(String text, String prefix, String label) {
        SortedSet<String> values = new TreeSet<>();
        SAMPLE.matcher(text)
                .results()
                .filter(sample -> sample.group(1).startsWith(prefix))
                .flatMap(sample -> LABEL.matcher(sample.group(2)).results())
                .filter(found -> found.group(1).equals(label))
                .forEach(found -> values.add(found.group(2)));
        return values;
    }
}
