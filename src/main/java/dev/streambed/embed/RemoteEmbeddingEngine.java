package dev.streambed.embed;

import dev.streambed.embed.batch.BatchOptions;
import dev.streambed.embed.batch.BatchResult;
import dev.streambed.embed.batch.Batcher;
import dev.streambed.embed.batch.ModelSpans;
import dev.streambed.embed.batch.Priority;
import dev.streambed.embed.chunk.Chunk;
import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.chunk.Chunker;
import dev.streambed.embed.model.BundledModel;
import dev.streambed.embed.model.ModelDirectory;
import dev.streambed.embed.model.ModelException;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.Prefixes;
import dev.streambed.embed.model.TextTokenizer;
import dev.streambed.embed.remote.RemoteOptions;
import dev.streambed.embed.remote.RemoteService;
import dev.streambed.observe.HoldCode;
import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine whose model is a service elsewhere: a tokenizer here cuts texts, so that windows and spans are as exact as with a model in
 * the process; the windows' texts go to the service, in the batcher's order, as many at once as the service bears.
 *
 * <p>Owns its threads ({@code streambed-tokenize-*}, {@code streambed-embed-*}, one for each call that may be under way). Futures
 * complete on one of them: what hangs on them must be short. While the service is away nothing fails: it waits.
 */
public final class RemoteEmbeddingEngine implements EmbeddingEngine {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteEmbeddingEngine.class);
    private static final Duration PATIENCE_AT_START = Duration.ofSeconds(60);

    /** Cells of a batch: no bound, for what a service pads is its own affair. The texts of a call are bounded. */
    private static final int ANY_LENGTH = Integer.MAX_VALUE;

    private final RemoteOptions options;
    private final RemoteService service;
    private final TextTokenizer tokenizer;
    private final ModelFiles files;
    private final Chunker documents;
    private final Chunker queries;
    private final String fingerprint;
    private final Timer tokenizeTimer;
    private final Batcher batcher;
    private final TokenizerPool pool;

    private RemoteEmbeddingEngine(
            ModelFiles files,
            ChunkOptions chunk,
            int tokenizerThreads,
            RemoteOptions options,
            TextTokenizer tokenizer,
            RemoteService service,
            MeterRegistry registry) {
        this.options = options;
        this.service = service;
        this.tokenizer = tokenizer;
        this.files = files;
        this.documents = new Chunker(tokenizer, chunk, files.maxTokens(), files.passagePrefix());
        this.queries = new Chunker(
                tokenizer, new ChunkOptions(ChunkMode.TRUNCATE, 0, 0, 1), files.maxTokens(), files.queryPrefix());
        this.fingerprint = Fingerprint.ofRemote(options.model(), options.dimension(), files, chunk, documents.limit());
        this.tokenizeTimer = Timer.builder("streambed.embed.tokenize")
                .description("Chunking and tokenising one text")
                .register(registry);
        this.batcher = Batcher.ofTexts(
                Collections.nCopies(options.maxConcurrency(), service),
                service.admission(),
                options.dimension(),
                new BatchOptions(ANY_LENGTH, 0, options.batchTexts(), false, null),
                longestCall(options.deadline()),
                new ModelSpans(
                        SpanName.EMBEDDINGS_CALL,
                        options.api().name().toLowerCase(Locale.ROOT),
                        options.model(),
                        options.dimension(),
                        options.url()),
                registry,
                System::nanoTime);
        this.pool = new TokenizerPool(tokenizerThreads);
        LOG.info(
                "Embedding with {}: {} components, windows of {} tokens of {}",
                options,
                options.dimension(),
                documents.limit(),
                files.name());
    }

    /**
     * Starts the threads. Where the dimension is given the service need not be there yet.
     *
     * @param modelDirectory whose tokenizer, limits and prefixes the chunking goes by; null = the bundled model's
     * @param prefixes put before texts
     * @param chunk how to cut texts
     * @param tokenizerThreads threads that do, 1 or more
     * @throws ModelException where the directory cannot be read, or the service does not say its dimension within a minute
     * @throws IllegalArgumentException where the chunking does not suit the model
     */
    public static RemoteEmbeddingEngine open(
            @Nullable Path modelDirectory,
            Prefixes prefixes,
            ChunkOptions chunk,
            int tokenizerThreads,
            RemoteOptions options,
            MeterRegistry registry) {
        ModelFiles files = prefixes.in(
                modelDirectory == null ? BundledModel.files() : ModelDirectory.readWithoutGraph(modelDirectory));
        if (modelDirectory == null) {
            LOG.warn(
                    "model.directory is not set: texts for {} are cut by the tokenizer of {}",
                    options.model(),
                    files.name());
        }
        RemoteOptions known = options.dimension() > 0
                ? options
                : options.withDimension(RemoteService.askDimension(options, PATIENCE_AT_START));
        TextTokenizer tokenizer = new TextTokenizer(files.tokenizerJson());
        RemoteService service = RemoteService.of(known, registry);
        try {
            return new RemoteEmbeddingEngine(files, chunk, tokenizerThreads, known, tokenizer, service, registry);
        } catch (RuntimeException e) {
            service.close();
            tokenizer.close();
            throw e;
        }
    }

    /** A text that fails alone is called up to three times, and a canary after each; calls end by themselves, so this is never reached. */
    private static Duration longestCall(Duration deadline) {
        return deadline.multipliedBy(10);
    }

    @Override
    public int dimension() {
        return options.dimension();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public CompletableFuture<EmbeddedText> embed(String text, Lane lane, BooleanSupplier wanted, TraceSpan span) {
        Priority priority =
                switch (lane) {
                    case INTERACTIVE -> Priority.INTERACTIVE;
                    case BULK -> Priority.BULK;
                };
        EngineCall.Submission submission =
                (turn, whole, windows, asked) -> submit(turn, files.passagePrefix(), whole, windows, asked, span);
        EngineCall<EmbeddedText> call = new EngineCall<>(
                documents, text, priority, EngineCall::document, submission, tokenizeTimer, wanted, span);
        return call.start(pool);
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String text) {
        EngineCall.Submission submission =
                (turn, whole, windows, asked) -> submit(turn, files.queryPrefix(), whole, windows, asked, NoSpan.NONE);
        EngineCall<float[]> call = new EngineCall<>(
                queries, text, Priority.QUERY, EngineCall::query, submission, tokenizeTimer, () -> true, NoSpan.NONE);
        return call.start(pool);
    }

    private CompletableFuture<BatchResult> submit(
            Priority priority,
            String prefix,
            String text,
            List<Chunk> windows,
            BooleanSupplier wanted,
            TraceSpan span) {
        return batcher.submit(
                priority,
                windows.stream().map(Chunk::sequence).toList(),
                windows.stream()
                        .map(window -> prefix + text.substring(window.start(), window.end()))
                        .toList(),
                wanted,
                span);
    }

    /** A new process would be no better off than this one: calls end by themselves, and a service that is away is waited for. */
    @Override
    public @Nullable String stuckReason() {
        return null;
    }

    @Override
    public @Nullable String holdReason() {
        return service.holdReason();
    }

    @Override
    public @Nullable HoldCode holdCode() {
        return service.holdCode();
    }

    @Override
    public double busyTokensPerSecond() {
        return batcher.busyTokensPerSecond();
    }

    /** Gives back what waits, lets calls go, and ends all threads, within some 20 s. */
    @Override
    public void close() {
        pool.close();
        service.close();
        boolean unused = batcher.shutDown();
        tokenizer.close();
    }
}
