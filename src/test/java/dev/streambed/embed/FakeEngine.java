package dev.streambed.embed;

import dev.streambed.log.EmbeddedChunk;
import dev.streambed.observe.trace.TraceSpan;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Vectors without a model, where the model is not what is tested. */
final class FakeEngine implements EmbeddingEngine {
    int calls;
    BooleanSupplier wanted = () -> true;
    int chunks = 1;

    @Override
    public int dimension() {
        return 2;
    }

    @Override
    public String fingerprint() {
        return "pipeline-1";
    }

    @Override
    public CompletableFuture<EmbeddedText> embed(String text, Lane lane, BooleanSupplier wanted, TraceSpan span) {
        calls++;
        this.wanted = wanted;
        List<EmbeddedChunk> result = IntStream.range(0, chunks)
                .mapToObj(chunk -> new EmbeddedChunk(0, text.length(), new float[] {1, 0}))
                .toList();
        List<ChunkMeasure> measures = result.stream()
                .map(chunk -> new ChunkMeasure(text.length(), 1.5f))
                .toList();
        return CompletableFuture.completedFuture(new EmbeddedText(result, measures, false, 0, 0, 0));
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String text) {
        return CompletableFuture.completedFuture(new float[] {1, 0});
    }

    @Override
    public @Nullable String stuckReason() {
        return null;
    }

    @Override
    public void close() {}
}
