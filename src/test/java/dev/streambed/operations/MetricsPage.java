package dev.streambed.operations;

import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.operations.AlertRules.Alert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code docs/metrics.md}: every name that an operator can build on. */
public final class MetricsPage {
    /** From the root of the repository. */
    public static final String FILE = "docs/metrics.md";

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\| (?:counter|gauge|histogram|summary) \\|");

    private static final String OF_TRACES = "streambed_traces_";

    /** G1 tells of its concurrent phases from Java 20 on. */
    private static final String OF_OTHER_COLLECTORS = "jvm_gc_concurrent_phase_time_seconds";

    private MetricsPage() {}

    /**
     * The page.
     *
     * @param service what a service with a model of its own, and a collector for traces, shows
     * @param withService what there is more with an embedding service
     * @param withGpu what there is more on a GPU
     */
    public static String of(
            Collection<Exposition.Family> service,
            Collection<Exposition.Family> withService,
            Collection<Exposition.Family> withGpu) {
        return """
                # Metrics, spans and alerts

                Every name that Streambed shows to Prometheus and to a collector of traces. Written by `MetricsPageTest` from what a running service shows and sends
                (`-Dgolden.update=true`); a name that is removed or renamed breaks it. A `_seconds` is in seconds, a `_bytes` in bytes, a `_ratio` a share of 1; everything else is a number of things. A
                histogram or summary has `_bucket`, `_sum` and `_count`; its largest value of the last minutes is a family of its own, `_max`.

                - `lane` is `interactive`, `bulk`, or of INDEX, `log`. `stage` and `role` are `embed` or `index`.
                - Every instance shows the lag of its whole group, over all partitions: take the maximum over instances, not the sum. All else is of the
                  instance alone.
                - `streambed_lag_work_seconds` is what KEDA should scale on: the seconds for which one instance would work on what is unread. For EMBED that is
                  `streambed_lag_tokens_estimate` over `streambed_embed_busy_rate`, for INDEX `streambed_lag_records` over `streambed_index_busy_rate`. The rates
                  are measured while more waits for the model, or the store, than it has in hand, and hold on to their last value when nothing does. Until a second of
                  that has been seen, and before anything was embedded, there is no figure.
                - `streambed_lag_retention_ratio` holds the age of the oldest unread record against `retention.ms`, and in the compacted log against the shorter of
                  `min.compaction.lag.ms` and `delete.retention.ms`, the tombstone window. Size limits (`retention.bytes`) may come first, and do not show.
                - `streambed_hold` has a series for each reason that a stage can have: 1 while it waits for that, 0 otherwise. `gate-full` is usual in a backlog.
                - `tenant` is what `drift.tenant-field` names, `all` without it; `statistic` and `cause` are explained in [drift.md](drift.md).

                ## Always

                """
                + table(service.stream()
                        .filter(family -> ours(family.name()) && !family.name().startsWith(OF_TRACES))
                        .toList())
                + "\n## With traces\n\n"
                + table(service.stream()
                        .filter(family -> family.name().startsWith(OF_TRACES))
                        .toList())
                + "\n## With an embedding service\n\n"
                + table(withService)
                + "\n## On a GPU\n\n"
                + table(withGpu)
                + "\n## Of the Java virtual machine and its process\n\n"
                + "Of the collector G1, which `./streambed` and the tests ask for. With another one some of `jvm_gc_…` are missing; from Java 20 on, or with\n"
                + "another one, there is `"
                + OF_OTHER_COLLECTORS
                + "` besides.\n\n"
                + table(service.stream()
                        .filter(family -> !ours(family.name()) && !family.name().startsWith(OF_OTHER_COLLECTORS))
                        .toList())
                + "\n## Spans\n\n"
                + "[traces.md](traces.md) says which events are traced, and how a trace goes on.\n\n"
                + spans()
                + "\n### Their attributes\n\n"
                + attributes()
                + "\n## Alerts\n\n"
                + "What each means and what to do is in [operations.md](operations.md#alerts).\n\n"
                + alerts(AlertRules.alerts())
                + "\n## Recorded series\n\n"
                + "What the alerts of the two targets read, by `pipeline`: `failed` is the share of the events that were answered `FAILED`, `slow` the share of the\n"
                + "interactive ones that took longer than the target, each over the time in its name. Prometheus makes them from `alerts.yaml`.\n\n"
                + recorded();
    }

    private static boolean ours(String name) {
        return name.startsWith("streambed_");
    }

    private static String table(Collection<Exposition.Family> families) {
        return "| metric | type | labels | |\n| --- | --- | --- | --- |\n"
                + families.stream()
                        .map(family -> "| `%s` | %s | %s | %s |\n"
                                .formatted(
                                        family.name(),
                                        family.type(),
                                        family.labels().stream()
                                                .map(label -> "`" + label + "`")
                                                .collect(Collectors.joining(", ")),
                                        family.help()))
                        .collect(Collectors.joining());
    }

    private static String spans() {
        return "| span | kind | attributes | |\n| --- | --- | --- | --- |\n"
                + Arrays.stream(SpanName.values())
                        .map(span -> "| `%s` | %s | %s | %s |\n"
                                .formatted(
                                        span.template(),
                                        span.kind().name().toLowerCase(Locale.ROOT),
                                        span.attributes().stream()
                                                .map(attribute -> "`" + attribute.key() + "`")
                                                .collect(Collectors.joining(", ")),
                                        span.meaning()))
                        .collect(Collectors.joining());
    }

    private static String attributes() {
        return "| attribute | |\n| --- | --- |\n"
                + Arrays.stream(SpanAttribute.values())
                        .map(attribute -> "| `%s` | %s |\n".formatted(attribute.key(), attribute.meaning()))
                        .collect(Collectors.joining());
    }

    private static String alerts(List<Alert> alerts) {
        return "| alert | severity | |\n| --- | --- | --- |\n"
                + alerts.stream()
                        .map(alert -> "| [`%s`](%s) | %s | %s |\n"
                                .formatted(
                                        alert.name(),
                                        alert.runbook().replace("docs/", ""),
                                        alert.severity(),
                                        alert.summary().replaceAll("\\{\\{ \\$labels\\.(\\w+) }}", "‹$1›")))
                        .collect(Collectors.joining());
    }

    private static String recorded() {
        return "| series | read by |\n| --- | --- |\n"
                + AlertRules.recorded().entrySet().stream()
                        .map(series -> "| `%s` | %s |\n"
                                .formatted(
                                        series.getKey(),
                                        series.getValue().stream()
                                                .map(alert -> "`" + alert + "`")
                                                .collect(Collectors.joining(", "))))
                        .collect(Collectors.joining());
    }

    /** The families that the page names. */
    public static Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher matcher = ROW.matcher(Files.readString(Path.of(FILE)));
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
