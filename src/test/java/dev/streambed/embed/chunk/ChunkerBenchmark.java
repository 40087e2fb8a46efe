package dev.streambed.embed.chunk;

import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.TextTokenizer;
import dev.streambed.embed.model.Tokens;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What cutting a text costs, with its tokenisation and without. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChunkerBenchmark {
    private static final int TOKENS = 256;
    private static final String SENTENCE = "The boundary layer over a flat plate grows with the root of the distance. ";

    /** Of 15 tokens each: one window, several, and very many. */
    @Param({"10", "100", "10000"})
    public int sentences = 10;

    private final TextTokenizer tokenizer =
            new TextTokenizer(BundledModel.files().tokenizerJson());
    private final ChunkOptions options = new ChunkOptions(ChunkMode.WINDOW, TOKENS, 32, 4096);
    private final Chunker chunker = new Chunker(tokenizer, options, TOKENS, "");
    private final int[] none = {};
    private String text = "";
    private Tokens tokens = new Tokens(none, none, none);

    @Setup
    public void tokenizeOnce() {
        text = SENTENCE.repeat(sentences).strip();
        tokens = tokenizer.tokenize(text);
    }

    @TearDown
    public void close() {
        tokenizer.close();
    }

    /** All of it. */
    @Benchmark
    public int chunk() {
        return chunker.chunk(text).chunks().size();
    }

    /** The tokens' windows alone. */
    @Benchmark
    public int windows() {
        OwnedText owned = OwnedText.of(text, tokens, 0, 0);
        Windows windows = new Windows(owned, TOKENS - tokenizer.specialTokens(), options);
        return windows.cut((from, to) -> tokenizer.sequence(none, owned.ids(), from, to))
                .chunks()
                .size();
    }
}
