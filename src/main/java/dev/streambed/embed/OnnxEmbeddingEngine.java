package dev.streambed.embed;

import dev.streambed.embed.batch.BatchOptions;
import dev.streambed.embed.batch.Batcher;
import dev.streambed.embed.batch.ModelSpans;
import dev.streambed.embed.batch.Priority;
import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.chunk.Chunker;
import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.Device;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelException;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.SentenceModel;
import dev.streambed.embed.model.TextTokenizer;
import dev.streambed.observe.GpuMetrics;
import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine inside the process: a tokenizer pool cuts texts, a batcher runs the windows through ONNX Runtime.
 *
 * <p>Owns its threads ({@code streambed-tokenize-*}, {@code streambed-embed-*}). Futures complete on one of them: what hangs on
 * them must be short. The same text gives the same vectors whatever batch it ran in, to float32's rounding (cosine 0.999999).
 */
public final class OnnxEmbeddingEngine implements EmbeddingEngine {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxEmbeddingEngine.class);

    private final TextTokenizer tokenizer;
    private final EmbeddingModel model;
    private final Chunker documents;
    private final Chunker queries;
    private final TokenizerPool pool;
    private final Batcher batcher;
    private final String fingerprint;
    private final MeterRegistry registry;
    private final Timer tokenizeTimer;
    private final Gauge deviceGauge;
    private final @Nullable GpuMetrics gpu;

    private OnnxEmbeddingEngine(
            EngineOptions options,
            ModelFiles files,
            TextTokenizer tokenizer,
            EmbeddingModel model,
            MeterRegistry registry) {
        this.tokenizer = tokenizer;
        this.model = model;
        this.documents = new Chunker(tokenizer, options.chunk(), files.maxTokens(), files.passagePrefix());
        this.queries = new Chunker(
                tokenizer, new ChunkOptions(ChunkMode.TRUNCATE, 0, 0, 1), files.maxTokens(), files.queryPrefix());
        this.fingerprint = Fingerprint.of(model, files, options.chunk(), documents.limit());
        this.registry = registry;
        this.tokenizeTimer = Timer.builder("streambed.embed.tokenize")
                .description("Chunking and tokenising one text")
                .register(registry);
        this.deviceGauge = Gauge.builder("streambed.embed.device", () -> 1)
                .description("1 for the device and the precision the model runs in, and the device that was wanted")
                .tag("device", model.device().name().toLowerCase(Locale.ROOT))
                .tag("wanted", options.placement().device().name().toLowerCase(Locale.ROOT))
                .tag("precision", model.precision().name().toLowerCase(Locale.ROOT))
                .register(registry);
        this.gpu = model.device() == Device.CUDA
                ? GpuMetrics.start(registry, options.placement().deviceId(), System.getenv("CUDA_VISIBLE_DEVICES"))
                : null;
        int slots = options.slotsOn(model.device());
        BatchOptions batching = options.batchingOn(model.device());
        List<BatchModel> runners =
                Stream.generate(model::newRunner).limit(slots).toList();
        ModelSpans spans = new ModelSpans(SpanName.EMBEDDINGS, "onnxruntime", files.name(), model.dimension(), null);
        this.batcher = new Batcher(
                runners, model.dimension(), batching, options.batchTimeout(), spans, registry, System::nanoTime);
        this.pool = new TokenizerPool(options.tokenizerThreadsOn(model.device()));
        LOG.info(
                "Embedding with {} on {} in {}: {} components, windows of {} tokens, {} slots of {} to {} tokens",
                files.name() + (options.modelDirectory() == null ? " (bundled)" : ""),
                model.device(),
                model.precision(),
                model.dimension(),
                documents.limit(),
                slots,
                batching.tokenBudget(),
                batching.largestBudget());
    }

    /**
     * Loads the model, runs it once and starts the threads.
     *
     * @throws ModelException where the model cannot be loaded
     * @throws IllegalArgumentException where the chunking does not suit the model
     */
    public static OnnxEmbeddingEngine open(EngineOptions options, MeterRegistry registry) {
        return open(options, files -> SentenceModel.open(files, options.placement()), registry);
    }

    /**
     * The same with a model of another kind behind the same tokenizer, chunking and batching.
     *
     * @param models loads it; it becomes the engine's, which closes it
     */
    public static OnnxEmbeddingEngine open(
            EngineOptions options, Function<ModelFiles, ? extends EmbeddingModel> models, MeterRegistry registry) {
        ModelFiles files = options.files();
        TextTokenizer tokenizer = new TextTokenizer(files.tokenizerJson());
        try {
            EmbeddingModel model = models.apply(files);
            try {
                return new OnnxEmbeddingEngine(options, files, tokenizer, model, registry);
            } catch (RuntimeException e) {
                model.close();
                throw e;
            }
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    @Override
    public int dimension() {
        return model.dimension();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    /** Where the model runs: {@link Device#CPU} or {@link Device#CUDA}. */
    public Device device() {
        return model.device();
    }

    @Override
    public CompletableFuture<EmbeddedText> embed(String text, Lane lane, BooleanSupplier wanted, TraceSpan span) {
        Priority priority =
                switch (lane) {
                    case INTERACTIVE -> Priority.INTERACTIVE;
                    case BULK -> Priority.BULK;
                };
        EngineCall<EmbeddedText> call =
                new EngineCall<>(documents, text, priority, EngineCall::document, batcher, tokenizeTimer, wanted, span);
        return call.start(pool);
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String text) {
        EngineCall<float[]> call = new EngineCall<>(
                queries, text, Priority.QUERY, EngineCall::query, batcher, tokenizeTimer, () -> true, NoSpan.NONE);
        return call.start(pool);
    }

    @Override
    public @Nullable String stuckReason() {
        return batcher.overdueReason();
    }

    @Override
    public double busyTokensPerSecond() {
        return batcher.busyTokensPerSecond();
    }

    /** Fails what waits, lets running batches finish, and ends all threads, within some 20 s. */
    @Override
    public void close() {
        pool.close();
        boolean ended = batcher.shutDown();
        registry.remove(deviceGauge);
        if (gpu != null) {
            gpu.close();
        }
        if (ended) {
            model.close();
            tokenizer.close();
        } // else a batch still runs in native code: to free what it uses would take the process down
    }
}
