package dev.streambed.cli.service;

import dev.streambed.cli.config.ChunkSettings;
import dev.streambed.cli.config.ModelSettings;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.OnnxEmbeddingEngine;
import dev.streambed.embed.chunk.ChunkMode;
import dev.streambed.embed.chunk.ChunkOptions;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.embed.model.Placement;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Function;

/** The embedder the configuration asks for. */
final class Engines {
    private Engines() {}

    /** Loads and warms the model, which takes a second or more. */
    static EmbeddingEngine open(
            StreambedConfig config, Function<ModelFiles, ? extends EmbeddingModel> models, MeterRegistry registry) {
        return OnnxEmbeddingEngine.open(options(config), models, registry);
    }

    /** What it is made of. */
    static EngineOptions options(StreambedConfig config) {
        ChunkSettings chunk = config.chunk();
        ChunkOptions chunking = new ChunkOptions(
                ChunkMode.valueOf(chunk.mode().name()),
                chunk.tokens(),
                chunk.overlap(),
                config.limits().maxChunks());
        return new EngineOptions(
                config.model().directory(),
                placement(config),
                chunking,
                config.embed().workers(),
                config.embed().batchTokens(),
                config.embed().batchTimeout().toJavaTime(),
                config.embed().tokenizerThreads(),
                null,
                null);
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
