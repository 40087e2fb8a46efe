package dev.streambed.cli.service;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.model.EmbeddingModel;
import dev.streambed.embed.model.ModelFiles;
import dev.streambed.index.VectorIndex;
import dev.streambed.index.milvus.MilvusOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.function.Function;

/** Puts the service together from its rooms. */
public final class Services {
    private Services() {}

    /** The real {@link dev.streambed.cli.service.ServiceFactory}. */
    public static Service start(StreambedConfig config, Set<Role> roles, MeterRegistry registry) {
        return PipelineService.start(
                config, roles, registry, () -> Engines.open(config, registry), engine -> Store.of(config, engine));
    }

    /**
     * The embedder of a service with this configuration, without the service; the caller closes it.
     *
     * @param models loads the model; it becomes the engine's
     */
    public static EmbeddingEngine engine(
            StreambedConfig config, Function<ModelFiles, ? extends EmbeddingModel> models, MeterRegistry registry) {
        return Engines.local(config, models, registry);
    }

    /** What the embedder of a service with this configuration is made of. */
    public static EngineOptions engineOptions(StreambedConfig config) {
        return Engines.options(config);
    }

    /** Where Milvus is and who we are there, for calls that concern no vectors. */
    public static MilvusOptions milvusOptions(StreambedConfig config) {
        return Store.milvus(config, 1, "");
    }

    /**
     * The same around another model and another store.
     *
     * @param models loads the model; it becomes the service's, which closes it
     * @param stores makes the store of vectors of that engine; likewise
     */
    public static ServiceFactory around(
            Function<ModelFiles, ? extends EmbeddingModel> models, Function<EmbeddingEngine, VectorIndex> stores) {
        return (config, roles, registry) -> PipelineService.start(
                config,
                roles,
                registry,
                () -> Engines.local(config, models, registry),
                engine -> Store.around(stores.apply(engine), config, engine));
    }

    /**
     * The same around another model.
     *
     * @param models loads it; it becomes the service's, which closes it
     */
    public static ServiceFactory around(Function<ModelFiles, ? extends EmbeddingModel> models) {
        return (config, roles, registry) -> PipelineService.start(
                config,
                roles,
                registry,
                () -> Engines.local(config, models, registry),
                engine -> Store.of(config, engine));
    }
}
