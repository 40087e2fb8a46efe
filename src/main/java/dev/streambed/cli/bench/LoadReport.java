package dev.streambed.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline does under load; as JSON its fields are nested by these names. What was not asked for is left out.
 *
 * @param seed plays it again
 * @param bare documents a second of the model alone, which the loads are shares of; null where nothing needed it
 * @param load10 one document at a tenth of that
 * @param backlog interactive documents beside a bulk backlog
 * @param large short documents beside a large one
 * @param scale short documents, by how many there are
 * @param scaleRatio the least of their rates over the largest
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LoadReport(
        long seed,
        @Nullable Double bare,
        @Nullable Load10 load10,
        @Nullable Backlog backlog,
        @Nullable Large large,
        @Nullable List<Scale> scale,
        @Nullable Double scaleRatio) {
    /**
     * One document at 10 % of the bare rate. Milliseconds.
     *
     * @param documents measured
     * @param p50 from the moment of sending to the answer
     * @param p99 likewise
     * @param embed the median in the model
     * @param upsert the median from INDEX's arrival to the store's acknowledgement
     * @param ratio p50 over embed + upsert + 10 ms
     */
    public record Load10(int documents, double p50, double p99, double embed, double upsert, double ratio) {}

    /**
     * Interactive documents, at 10 % of the bare rate. Milliseconds.
     *
     * @param documents in the bulk lane
     * @param left how many of these were left at the end
     * @param idleP99 with nothing else to do
     * @param p99 beside the backlog, from its first document on
     * @param p99SecondHalf of those sent in the second half of the time: what a backlog brings at once when it comes may be done then
     * @param ratio p99 over idleP99
     */
    public record Backlog(int documents, long left, double idleP99, double p99, double p99SecondHalf, double ratio) {}

    /**
     * Short documents. Milliseconds.
     *
     * @param chunks of the large one
     * @param documents short ones measured without it, and again with it
     * @param p99Without it
     * @param p99With it
     * @param batchMillis a batch in the model, on average, while it runs
     * @param ratio by how many batches the large document raises the p99
     * @param memory of the process
     */
    public record Large(
            int chunks,
            int documents,
            double p99Without,
            double p99With,
            double batchMillis,
            double ratio,
            Memory memory) {}

    /**
     * Of the process, broker included.
     *
     * @param before the measurement, with the first large document behind it, without garbage
     * @param most during it, with garbage
     * @param after it, without garbage
     */
    public record Memory(ProcessMemory before, ProcessMemory most, ProcessMemory after) {}

    /**
     * Short documents with a model that takes no time and a store that keeps nothing.
     *
     * @param documents how many
     * @param documentsPerSecond the median of the rounds
     * @param rounds documents a second of each
     * @param rssBytes resident at the end of the last round
     * @param heapBytes live in the heap then
     */
    public record Scale(int documents, double documentsPerSecond, Rounds rounds, long rssBytes, long heapBytes) {}

    /** For people, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (bare != null) {
            lines.add(format("%-44s %10.1f", "bare loop, documents a second", bare));
        }
        if (load10 != null) {
            lines.addAll(load10Lines(load10));
        }
        if (backlog != null) {
            lines.addAll(backlogLines(backlog));
        }
        if (large != null) {
            lines.addAll(largeLines(large));
        }
        if (scale != null) {
            lines.addAll(scaleLines(scale));
        }
        if (scaleRatio != null) {
            lines.add(format("%-44s %10.3f", "slowest / fastest", scaleRatio));
        }
        return lines;
    }

    private static List<String> load10Lines(Load10 found) {
        return List.of(
                "",
                format("%-44s %10s", "at 10 % of the bare rate, milliseconds", found.documents() + " docs"),
                format("%-44s %10.1f", "p50", found.p50()),
                format("%-44s %10.1f", "p99", found.p99()),
                format("%-44s %10.1f", "in the model", found.embed()),
                format("%-44s %10.1f", "upsert", found.upsert()),
                format("%-44s %10.2f", "p50 / (model + upsert + 10)", found.ratio()));
    }

    private static List<String> backlogLines(Backlog found) {
        return List.of(
                "",
                format("%-44s %10s", "interactive beside a backlog, milliseconds", found.documents() + " docs"),
                format("%-44s %10.1f", "p99 idle", found.idleP99()),
                format("%-44s %10.1f   %d left at the end", "p99 with the backlog", found.p99(), found.left()),
                format("%-44s %10.1f", "p99 with the backlog, second half", found.p99SecondHalf()),
                format("%-44s %10.2f", "with / idle", found.ratio()));
    }

    private static List<String> largeLines(Large found) {
        return List.of(
                "",
                format("%-44s %10s", "short beside a large document, milliseconds", found.chunks() + " chunks"),
                format("%-44s %10.1f", "p99 without", found.p99Without()),
                format("%-44s %10.1f", "p99 with", found.p99With()),
                format("%-44s %10.1f", "a batch", found.batchMillis()),
                format("%-44s %10.2f", "(with - without) / batch", found.ratio()),
                memory("memory before", found.memory().before()),
                memory("memory at most", found.memory().most()),
                memory("memory after", found.memory().after()));
    }

    private static String memory(String when, ProcessMemory memory) {
        return format("%-44s %7d MiB   %d MiB of heap", when, memory.rssBytes() >> 20, memory.heapBytes() >> 20);
    }

    private static List<String> scaleLines(List<Scale> found) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(format("%-15s %12s %11s %11s   %s", "short documents", "a second", "RSS", "live heap", "rounds"));
        for (Scale size : found) {
            String rounds = String.join(
                    "  ",
                    size.rounds().figures().stream()
                            .map(rate -> format("%.0f", rate))
                            .toList());
            lines.add(format(
                    "%-15d %12.0f %7d MiB %7d MiB   %s",
                    size.documents(),
                    size.documentsPerSecond(),
                    size.rssBytes() >> 20,
                    size.heapBytes() >> 20,
                    rounds));
        }
        return lines;
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
