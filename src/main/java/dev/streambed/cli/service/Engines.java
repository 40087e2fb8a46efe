package dev.streambed.cli.service;

import dev.streambed.cli.config.ChunkSettings;
import dev.streambed.cli.config.EmbedderSettings;
import dev.streambed.cli.config.ModelSettings;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.OnnxEmbeddingEngine;
import dev.streambed.embed.RemoteEmbeddingEngine;
import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.Placement;
import dev.streambed.embed.model.Prefixes;
import dev.streambed.embed.model.SentenceModel;
import dev.streambed.embed.remote.EmbeddingsApi;
import dev.streambed.embed.remote.RemoteOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;

/** The embedder the configuration asks for. */
final class Engines {
    private Engines() {}

    /** The model in this process, loaded and warmed, which takes a second or more; or the service elsewhere. */
    static EmbeddingEngine open(StreambedConfig config, MeterRegistry registry) {
        return switch (config.embedder().type()) {
            case ONNX -> local(config, files -> SentenceModel.open(files, placement(config)), registry);
            case OPENAI -> remote(config, EmbeddingsApi.OPENAI, registry);
            case TEI -> remote(config, EmbeddingsApi.TEI, registry);
        };
    }

    /** A model of the caller's in this process, whatever type the configuration asks for. */
    static EmbeddingEngine local(
            StreambedConfig config, Function<ModelFiles, ? extends EmbeddingModel> models, MeterRegistry registry) {
        return OnnxEmbeddingEngine.open(options(config), models, registry);
    }

    private static EmbeddingEngine remote(StreambedConfig config, EmbeddingsApi api, MeterRegistry registry) {
        EmbedderSettings embedder = config.embedder();
        RemoteOptions service = new RemoteOptions(
                api,
                embedder.requiredUrl(),
                embedder.requiredModel(),
                embedder.token(),
                embedder.dimension(),
                embedder.deadline().toJavaTime(),
                embedder.maxConcurrency(),
                embedder.batchTexts());
        return RemoteEmbeddingEngine.open(
                config.model().directory(),
                prefixes(config),
                chunking(config),
                Math.max(1, config.embed().tokenizerThreads()),
                service,
                registry);
    }

    /** What it is made of. */
    static EngineOptions options(StreambedConfig config) {
        return new EngineOptions(
                config.model().directory(),
                placement(config),
                chunking(config),
                config.embed().workers(),
                config.embed().batchTokens(),
                config.embed().batchLatency().toJavaTime(),
                config.embed().batchTimeout().toJavaTime(),
                config.embed().tokenizerThreads(),
                prefixes(config));
    }

    private static Prefixes prefixes(StreambedConfig config) {
        return new Prefixes(config.model().queryPrefix(), config.model().passagePrefix());
    }

    private static ChunkOptions chunking(StreambedConfig config) {
        ChunkSettings chunk = config.chunk();
        return new ChunkOptions(
                ChunkMode.valueOf(chunk.mode().name()),
                chunk.tokens(),
                chunk.overlap(),
                config.limits().maxChunks());
    }

    /** Where the model is to run. */
    static Placement placement(StreambedConfig config) {
        ModelSettings model = config.model();
        return new Placement(
                model.device(),
                model.precision(),
                model.deviceId(),
                model.deviceMemory().toBytes());
    }
}
