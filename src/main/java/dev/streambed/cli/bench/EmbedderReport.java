package dev.streambed.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the embedder alone does; as JSON its fields are nested by these names.
 *
 * @param model its name
 * @param device where it ran
 * @param precision of its weights
 * @param windows what was run
 * @param rates tokens a second, by budget, sessions and slots
 * @param single one text alone
 * @param engine tokens a second from texts to vectors, by tokenizer threads
 * @param sameness how little a vector depends on its batch, and on the precision
 * @param memory how it did with too little of it; null where that was not asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EmbedderReport(
        String model,
        String device,
        String precision,
        Windows windows,
        List<Rate> rates,
        Single single,
        List<Engine> engine,
        Sameness sameness,
        @Nullable Memory memory) {
    /**
     * What was run.
     *
     * @param corpus its name
     * @param sequences of a pass
     * @param tokens in them
     * @param squares sum of their lengths' squares: what attention pays for
     */
    public record Windows(String corpus, int sequences, long tokens, long squares) {}

    /**
     * The bare model.
     *
     * @param budget padded tokens of a batch
     * @param sessions of ONNX Runtime
     * @param slots batches at a time
     * @param tokensPerSecond real ones
     * @param fill real tokens a cell
     * @param batchMillis a batch in the model, on average
     */
    public record Rate(int budget, int sessions, int slots, double tokensPerSecond, double fill, double batchMillis) {}

    /**
     * One text after the other, no other work.
     *
     * @param tokens of the text
     * @param p50 milliseconds
     * @param p99 milliseconds
     */
    public record Single(int tokens, double p50, double p99) {}

    /**
     * The engine: cutting, batching and the model.
     *
     * @param tokenizerThreads that cut texts
     * @param tokensPerSecond real ones
     * @param fill real tokens a cell
     * @param tokenizerAloneTokensPerSecond what these threads cut with no model behind them
     * @param gpu the card at the end of it; null on a CPU
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Engine(
            int tokenizerThreads,
            double tokensPerSecond,
            double fill,
            double tokenizerAloneTokensPerSecond,
            @Nullable Gpu gpu) {}

    /**
     * As the driver tells it.
     *
     * @param utilization share of the last second in which a kernel ran
     * @param memoryBytes in use
     * @param celsius its temperature
     */
    public record Gpu(double utilization, double memoryBytes, double celsius) {}

    /**
     * Least cosines.
     *
     * @param sequences compared
     * @param batches of a sequence alone with the same in a full batch
     * @param precision of this graph with the float32 one; null where this is it
     * @param reference with the vectors of a file; null where there was none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Sameness(
            int sequences,
            double batches,
            @Nullable Double precision,
            @Nullable Double reference) {}

    /**
     * The engine with less memory than its budget needs.
     *
     * @param bytes it had
     * @param budget it began with
     * @param texts that were to be embedded
     * @param embedded how many were
     * @param outOfMemory how often it ran out
     * @param budgetAfter what the budget had come to
     */
    public record Memory(long bytes, int budget, int texts, int embedded, long outOfMemory, int budgetAfter) {}

    /** For people, a line each. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(format("%s on %s in %s", model, device, precision));
        lines.add(format(
                "%d windows of %s, %d tokens; the longest first, in batches of like length",
                windows.sequences(), windows.corpus(), windows.tokens()));
        lines.add("");
        lines.add(
                format("%10s %9s %6s %14s %7s %10s", "budget", "sessions", "slots", "tokens/s", "fill", "ms a batch"));
        rates.forEach(rate -> lines.add(format(
                "%10d %9d %6d %14.0f %7.3f %10.2f",
                rate.budget(),
                rate.sessions(),
                rate.slots(),
                rate.tokensPerSecond(),
                rate.fill(),
                rate.batchMillis())));
        lines.add("");
        lines.add(format(
                "one text of %d tokens alone: p50 %.2f ms, p99 %.2f ms", single.tokens(), single.p50(), single.p99()));
        lines.add("");
        lines.add(format("%17s %14s %7s %22s", "tokenizer threads", "tokens/s", "fill", "tokenizer alone"));
        engine.forEach(run -> lines.add(format(
                        "%17d %14.0f %7.3f %22.0f",
                        run.tokenizerThreads(), run.tokensPerSecond(), run.fill(), run.tokenizerAloneTokensPerSecond())
                + gpu(run.gpu())));
        lines.add("");
        lines.add(format(
                "least cosine of %d windows alone and in a batch: %.7f", sameness.sequences(), sameness.batches()));
        Double precisionCosine = sameness.precision();
        if (precisionCosine != null) {
            lines.add(format("least cosine with the float32 graph: %.7f", precisionCosine));
        }
        Double referenceCosine = sameness.reference();
        if (referenceCosine != null) {
            lines.add(format("least cosine with the reference: %.7f", referenceCosine));
        }
        Memory tight = memory;
        if (tight != null) {
            lines.add(format(
                    "with %d MB and a budget of %d: out of memory %d times, %d of %d texts embedded, the budget is %d then",
                    tight.bytes() >> 20,
                    tight.budget(),
                    tight.outOfMemory(),
                    tight.embedded(),
                    tight.texts(),
                    tight.budgetAfter()));
        }
        return lines;
    }

    private static String gpu(@Nullable Gpu gpu) {
        return gpu == null
                ? ""
                : format(
                        "   GPU busy %.0f %%, %.0f MB, %.0f °C",
                        gpu.utilization() * 100, gpu.memoryBytes() / (1 << 20), gpu.celsius());
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
