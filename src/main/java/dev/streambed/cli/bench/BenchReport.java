package dev.streambed.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the benchmark found; as JSON its fields are nested by these names.
 *
 * @param machine what it ran on
 * @param corpus what was embedded
 * @param bare the model alone
 * @param pipeline documents a second of each round, by store: {@code stubStore}, {@code milvus}
 * @param batches of the pipeline with the stub store, with a backlog
 * @param ratio what the issue of the matter is
 * @param load20 latency at 20 % of the bare loop's rate
 * @param load60 at 60 %
 * @param tokenizer chunking and tokenising alone
 * @param stage records a second of each round: {@code stage}, {@code mapValues}
 * @param leastCosine of the pipeline's vectors with the bare loop's
 */
public record BenchReport(
        Machine machine,
        Corpus corpus,
        Bare bare,
        Map<String, Rounds> pipeline,
        Batches batches,
        Ratio ratio,
        Latencies load20,
        Latencies load60,
        TokenizerRate tokenizer,
        Map<String, Rounds> stage,
        double leastCosine) {
    /**
     * What it ran on.
     *
     * @param processors of this JVM
     * @param slots batches that run at a time
     * @param tokenBudget most cells of a batch
     */
    public record Machine(int processors, int slots, int tokenBudget) {}

    /**
     * What was embedded.
     *
     * @param name of the file, or {@code mix}
     * @param documents in a round
     * @param sequences their windows
     * @param tokens of the windows
     */
    public record Corpus(String name, int documents, int sequences, long tokens) {}

    /**
     * The model alone.
     *
     * @param documentsPerSecond the median of the best packing
     * @param packing which that was
     * @param rounds documents a second of each, by packing
     */
    public record Bare(double documentsPerSecond, String packing, Map<String, Rounds> rounds) {}

    /**
     * Batches.
     *
     * @param meanTokens cells of a batch on average
     * @param ofBudget that, over the token budget
     */
    public record Batches(double meanTokens, double ofBudget) {}

    /**
     * Medians over medians.
     *
     * @param stubStore pipeline with the stub store over the bare loop
     * @param milvus pipeline with Milvus over the bare loop; null where none was given
     * @param realToPaddedTokens real tokens over cells, with a backlog and the stub store
     * @param stageToMapValues the stage over {@code mapValues}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ratio(
            double stubStore, @Nullable Double milvus, double realToPaddedTokens, double stageToMapValues) {}

    /** For people, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(format(
                "%d documents of %s: %d windows, %d tokens; %d processors, %d slots of %d tokens",
                corpus.documents(),
                corpus.name(),
                corpus.sequences(),
                corpus.tokens(),
                machine.processors(),
                machine.slots(),
                machine.tokenBudget()));
        lines.add("");
        lines.add(format("%-34s %10s   %s", "documents a second", "median", "rounds"));
        bare.rounds()
                .forEach((packing, rounds) -> lines.add(
                        rates("bare loop, " + packing + (packing.equals(bare.packing()) ? " *" : ""), rounds, "%.1f")));
        pipeline.forEach((store, rounds) -> lines.add(rates("pipeline, " + store, rounds, "%.1f")));
        lines.add("");
        lines.add(format("%-34s %10.3f", "pipeline with stub store / bare *", ratio.stubStore()));
        Double milvus = ratio.milvus();
        if (milvus != null) {
            lines.add(format("%-34s %10.3f", "pipeline with Milvus / bare *", milvus));
        }
        lines.add(format("%-34s %10.3f", "real / padded tokens", ratio.realToPaddedTokens()));
        lines.add(format(
                "%-34s %10.0f   %.2f of the budget", "tokens a batch", batches.meanTokens(), batches.ofBudget()));
        lines.add(format("%-34s %10.6f", "least cosine with the bare loop", leastCosine));
        lines.add("");
        lines.add(format("%-34s %10s %10s", "latency, milliseconds", "p50", "p99"));
        lines.add(format("%-34s %10.0f %10.0f", "at 20 % of the bare rate", load20.p50(), load20.p99()));
        lines.add(format("%-34s %10.0f %10.0f", "at 60 % of the bare rate", load60.p50(), load60.p99()));
        lines.add("");
        lines.add(format("%-34s %10s   %s", "records a second, one thread", "median", "rounds"));
        stage.forEach((topology, rounds) -> lines.add(rates(topology, rounds, "%.0f")));
        lines.add(format("%-34s %10.3f", "stage / mapValues", ratio.stageToMapValues()));
        lines.add("");
        lines.add(format(
                "%-34s %10.0f documents, %.0f tokens a second",
                "tokenizer, one thread", tokenizer.documentsPerSecond(), tokenizer.tokensPerSecond()));
        return lines;
    }

    private static String rates(String name, Rounds rounds, String number) {
        List<String> each =
                rounds.figures().stream().map(rate -> format(number, rate)).toList();
        return format("%-34s %10s   %s", name, format(number, rounds.median()), String.join("  ", each));
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
