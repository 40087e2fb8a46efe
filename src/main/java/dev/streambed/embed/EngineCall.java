package dev.streambed.embed;

import dev.streambed.embed.batch.BatchResult;
import dev.streambed.embed.batch.Batcher;
import dev.streambed.embed.batch.Priority;
import dev.streambed.embed.batch.UnwantedException;
import dev.streambed.embed.chunk.Chunk;
import dev.streambed.embed.chunk.Chunker;
import dev.streambed.embed.chunk.Chunks;
import dev.streambed.log.EmbeddedChunk;
import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One text's way through the engine: cut on a tokenizer thread, then run on the batcher's slots. Cancelling its future drops it at
 * the next of these steps.
 */
final class EngineCall<T> implements TokenizerPool.Task {
    /** Makes the caller's answer of the parts. */
    interface Answer<T> {
        T of(Chunks chunks, BatchResult result, long waitNanos, long tokenizeNanos);
    }

    /** Hands the windows of a text on to be embedded. */
    interface Submission {
        CompletableFuture<BatchResult> submit(
                Priority priority, String text, List<Chunk> windows, BooleanSupplier wanted);
    }

    private final Chunker chunker;
    private final String text;
    private final Priority priority;
    private final Answer<T> answer;
    private final Submission submission;
    private final Timer tokenizeTimer;
    private final BooleanSupplier wanted;
    private final TraceSpan span;
    private final long calledNanos = System.nanoTime();
    private final CompletableFuture<T> future = new CompletableFuture<>();

    EngineCall(
            Chunker chunker,
            String text,
            Priority priority,
            Answer<T> answer,
            Batcher batcher,
            Timer tokenizeTimer,
            BooleanSupplier wanted,
            TraceSpan span) {
        this(
                chunker,
                text,
                priority,
                answer,
                (lane, whole, windows, asked) -> batcher.submit(
                        lane, windows.stream().map(Chunk::sequence).toList(), null, asked, span),
                tokenizeTimer,
                wanted,
                span);
    }

    EngineCall(
            Chunker chunker,
            String text,
            Priority priority,
            Answer<T> answer,
            Submission submission,
            Timer tokenizeTimer,
            BooleanSupplier wanted,
            TraceSpan span) {
        this.chunker = chunker;
        this.text = text;
        this.priority = priority;
        this.answer = answer;
        this.submission = submission;
        this.tokenizeTimer = tokenizeTimer;
        this.wanted = wanted;
        this.span = span;
    }

    CompletableFuture<T> start(TokenizerPool pool) {
        pool.execute(priority, this);
        return future;
    }

    @Override
    public void run() {
        if (future.isDone()) {
            return;
        }
        if (!wanted.getAsBoolean()) {
            future.completeExceptionally(new UnwantedException());
            return;
        }
        try {
            long start = System.nanoTime();
            Chunks chunks = cut();
            long tokenizeNanos = System.nanoTime() - start;
            tokenizeTimer.record(tokenizeNanos, TimeUnit.NANOSECONDS);
            CompletableFuture<BatchResult> batched = submission.submit(priority, text, chunks.chunks(), wanted);
            var unused = batched.whenComplete((result, failure) -> {
                if (failure != null) {
                    future.completeExceptionally(failure);
                } else {
                    future.complete(answer.of(chunks, result, start - calledNanos, tokenizeNanos));
                }
            });
            var unusedToo = future.whenComplete((result, failure) -> batched.cancel(false));
        } catch (RuntimeException | Error e) {
            future.completeExceptionally(e); // the caller decides; this thread has more to do
        }
    }

    private Chunks cut() {
        TraceSpan cutting = span.child(SpanName.CHUNK, "");
        try {
            Chunks chunks = chunker.chunk(text);
            if (cutting.isRecording()) {
                cutting.set(SpanAttribute.CHUNKS, chunks.chunks().size())
                        .set(
                                SpanAttribute.TOKENS,
                                chunks.chunks().stream()
                                        .mapToLong(chunk -> chunk.sequence().length)
                                        .sum());
            }
            return chunks;
        } catch (RuntimeException | Error e) {
            cutting.failed(e.getClass().getName());
            throw e;
        } finally {
            cutting.end();
        }
    }

    @Override
    public void refuse(RuntimeException why) {
        future.completeExceptionally(why);
    }

    static EmbeddedText document(Chunks chunks, BatchResult result, long waitNanos, long tokenizeNanos) {
        List<EmbeddedChunk> embedded = new ArrayList<>(chunks.chunks().size());
        List<ChunkMeasure> measures = new ArrayList<>(chunks.chunks().size());
        for (int i = 0; i < chunks.chunks().size(); i++) {
            Chunk chunk = chunks.chunks().get(i);
            embedded.add(new EmbeddedChunk(chunk.start(), chunk.end(), result.vectors()[i]));
            measures.add(new ChunkMeasure(chunk.sequence().length, result.norms()[i]));
        }
        return new EmbeddedText(
                List.copyOf(embedded),
                List.copyOf(measures),
                chunks.truncated(),
                waitNanos + result.queueNanos(),
                tokenizeNanos,
                result.modelNanos());
    }

    static float[] query(Chunks chunks, BatchResult result, long waitNanos, long tokenizeNanos) {
        return result.vectors()[0];
    }
}
