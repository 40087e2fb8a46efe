package dev.streambed.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.streambed.embed.EmbeddedText;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.Lane;
import dev.streambed.observe.trace.TraceSpan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateTest {
    private static final String BENCH =
            "{\"corpus\":{\"documents\":400,\"tokens\":80000},\"bare\":{\"documentsPerSecond\":40.0},"
                    + "\"ratio\":{\"stubStore\":0.98%s}}";

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void readsTheLastLineOfWhatBenchPrinted() throws Exception {
        Path file = Files.writeString(
                directory.resolve("bench.txt"), "400 documents of mix: 500 windows\n\n" + BENCH.formatted("") + "\n");
        assertThat(Rate.read(file).tokensPerSecond()).isCloseTo(40 * 200 * 0.98, within(1e-9));
        assertThat(Rate.read(file).source()).contains("bench.txt").contains("stub store");
    }

    @Test
    void takesTheRateWithMilvusWhereItWasMeasured() throws Exception {
        Path file = Files.writeString(directory.resolve("bench.json"), BENCH.formatted(",\"milvus\":0.95"));
        assertThat(Rate.read(file).tokensPerSecond()).isCloseTo(40 * 200 * 0.95, within(1e-9));
        assertThat(Rate.read(file).source()).contains("Milvus");
    }

    @Test
    void saysWhatIsMissing() throws Exception {
        assertThatThrownBy(() -> Rate.read(directory.resolve("none"))).hasMessageContaining("cannot read");
        Path other = Files.writeString(directory.resolve("other.json"), "{\"bare\":{}}");
        assertThatThrownBy(() -> Rate.read(other)).hasMessageContaining("bare.documentsPerSecond");
        Path text = Files.writeString(directory.resolve("text"), "no JSON\n");
        assertThatThrownBy(() -> Rate.read(text)).hasMessageContaining("bench --json");
        Path empty = Files.writeString(directory.resolve("empty"), "");
        assertThatThrownBy(() -> Rate.read(empty)).hasMessageContaining("bench --json");
    }

    @Test
    void measuresTokensOverTimeAfterAWarmUp() throws Exception {
        // given an engine that needs a second for a text of 30 tokens, and three for the first
        StubEngine engine = new StubEngine(30);
        Rate rate = new RateMeter(engine, engine.registry, () -> engine.nanos)
                .measure(List.of("a", "b"), Duration.ofSeconds(9));
        assertThat(rate.tokensPerSecond()).isEqualTo(30);
        assertThat(rate.source()).isEqualTo("measured here for 9 s");
        assertThat(engine.texts).isEqualTo(10);
    }

    @Test
    void refusesToPlanWithNothingMeasured() {
        StubEngine engine = new StubEngine(0);
        assertThatThrownBy(() -> new RateMeter(engine, engine.registry, () -> engine.nanos)
                        .measure(List.of("a"), Duration.ofSeconds(9)))
                .hasMessageContaining("nothing was embedded");
    }

    /** Takes its time on the clock of the test. */
    private static final class StubEngine implements EmbeddingEngine {
        final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        private final int tokens;
        long nanos;
        int texts;

        StubEngine(int tokens) {
            this.tokens = tokens;
            registry.counter("streambed.embed.tokens.real");
        }

        @Override
        public CompletableFuture<EmbeddedText> embed(String text, Lane lane, BooleanSupplier wanted, TraceSpan span) {
            nanos += texts == 0 ? 3_000_000_000L : 1_000_000_000L;
            texts++;
            registry.counter("streambed.embed.tokens.real").increment(tokens);
            return CompletableFuture.completedFuture(new EmbeddedText(List.of(), List.of(), false, 0, 0, 0));
        }

        @Override
        public CompletableFuture<float[]> embedQuery(String text) {
            throw new UnsupportedOperationException("nobody asks here");
        }

        @Override
        public int dimension() {
            return 1;
        }

        @Override
        public String fingerprint() {
            return "stub";
        }

        @Override
        public @Nullable String stuckReason() {
            return null;
        }

        @Override
        public void close() {}
    }
}
