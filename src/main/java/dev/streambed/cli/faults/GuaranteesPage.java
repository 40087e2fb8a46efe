package dev.streambed.cli.faults;

import dev.streambed.cli.faults.lab.RunResult;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.scenario.Catalogue;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code docs/guarantees.md}: what the suite found, in a table. */
final class GuaranteesPage {
    private static final String HEAD = """
            # Nothing is lost: what was tried

            Made by `./streambed faults --results docs/guarantees.jsonl`, which adds its runs to those before; do not edit. Each run has a service
            and a broker of its own, and a collection of its own in a Milvus that the runs of a call share, in processes that are killed, stopped and
            starved; each has a seed, and
            `./streambed faults --only NAME --seed N` plays it again. At the end of a run everything is mended, every event must get its answer, and every
            row is read back with its vector.

            - **lost**: events without an answer, and rows that should be in the store and are not
            - **stale**: rows that should not be there: of an older version, of a deleted document, or twice
            - **early**: answers before the store acknowledged what they say
            - **wrong**: answers that nothing allows, such as a newest change that was called superseded
            - **repeats**: answers beyond the first of an event, which a crash may cause; a run is not clean if there are more than **allowed**:
              what was in flight at each kill, once for each stage that had it, and a poll of each lane (not noted in the oldest runs)
            - **kill to processing**: from a kill -9 of the service, which is started again at once, to the first answer of its successor; a run in
              which it takes more than 15 s is not clean
            - **takeover**: from a kill -9 of an instance that is not started again, to the first answer of another one to what it left; the broker
              must first miss the dead one, which takes the session timeout (10 s)
            - **return to success**: from the first write that a returned store takes of an independent probe to the first one of the service;
              a run in which it takes more than 5 s is not clean
            - **slowed**: the 99th percentile of the time from an event to its answer under the fault, in percent of what it was before it; a run
              in which it is more than 500 is not clean

            Times are milliseconds: median / 99th percentile / largest, of so many.

            """;

    private GuaranteesPage() {}

    static String of(List<RunResult> results) {
        StringBuilder page = new StringBuilder(HEAD);
        page.append(
                "| fault | runs | not clean | events | lost | stale | early | wrong | repeats | allowed | kill to processing | takeover | return to success | slowed |\n");
        page.append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (Scenario scenario : Catalogue.all()) {
            List<RunResult> runs = results.stream()
                    .filter(result -> result.scenario().equals(scenario.name()))
                    .toList();
            row(page, "`" + scenario.name() + "`", runs);
        }
        row(page, "**all**", results);
        page.append(
                "\n## The faults\n\n| fault | what is done | what is expected besides the promises |\n| --- | --- | --- |\n");
        Catalogue.all()
                .forEach(scenario -> page.append(
                        "| `%s` | %s | %s |\n".formatted(scenario.name(), scenario.fault(), scenario.expectation())));
        List<RunResult> unclean =
                results.stream().filter(result -> !result.isClean()).toList();
        if (!unclean.isEmpty()) {
            page.append("\n## Runs that were not clean\n\n");
            unclean.forEach(result -> page.append("- `%s`, seed %d: %s\n"
                    .formatted(
                            result.scenario(),
                            result.seed(),
                            result.failures().stream().limit(3).collect(Collectors.joining("; ")))));
        }
        return page.toString();
    }

    private static void row(StringBuilder page, String name, List<RunResult> runs) {
        Totals totals = Totals.of(0, runs);
        page.append("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %s | %s | %s | %s | %s |\n"
                .formatted(
                        name,
                        totals.runs(),
                        totals.failed(),
                        totals.events(),
                        totals.lost(),
                        totals.stale(),
                        totals.early(),
                        totals.wrong(),
                        totals.repeats(),
                        allowed(runs),
                        times(runs.stream().map(RunResult::killToProcessingMillis)),
                        times(runs.stream().map(RunResult::takeoverMillis)),
                        times(runs.stream().map(RunResult::returnToSuccessMillis)),
                        times(runs.stream().map(RunResult::slowedPercent))));
    }

    /** Empty where no run noted it; with the repeats of those that did, where not all did. */
    private static String allowed(List<RunResult> runs) {
        List<RunResult> noted =
                runs.stream().filter(run -> run.repeatsAllowed() != null).toList();
        Totals totals = Totals.of(0, noted);
        if (noted.isEmpty()) {
            return "";
        }
        return noted.size() == runs.size()
                ? Integer.toString(totals.repeatsAllowed())
                : "%d for %d, in %d runs".formatted(totals.repeatsAllowed(), totals.repeats(), totals.runs());
    }

    private static String times(Stream<List<Long>> times) {
        long[] sorted =
                times.flatMap(List::stream).mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) {
            return "";
        }
        return "%d / %d / %d of %d"
                .formatted(at(sorted, 0.5), at(sorted, 0.99), sorted[sorted.length - 1], sorted.length);
    }

    private static long at(long[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
    }
}
