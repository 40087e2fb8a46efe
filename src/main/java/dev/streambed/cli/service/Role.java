package dev.streambed.cli.service;

import dev.streambed.cli.config.PipelineSettings;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.observe.LagMonitor;
import java.util.List;
import java.util.Locale;

/** One of the two stages. */
public enum Role {
    /** Documents into vectors. */
    EMBED,
    /** Vectors into the store. */
    INDEX;

    /** What the stage reads, and as which group. */
    public LagMonitor.Group group(StreambedConfig config) {
        PipelineSettings pipeline = config.pipeline();
        return switch (this) {
            case EMBED ->
                new LagMonitor.Group(
                        pipeline.embedApplicationId(),
                        List.of(config.topics().documents(), config.topics().documentsBulk()));
            case INDEX -> new LagMonitor.Group(pipeline.indexApplicationId(), List.of(config.embeddingsTopic()));
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
