package dev.streambed.cli.service;

import dev.streambed.cli.config.PipelineSettings;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.observe.lag.LagGroup;
import dev.streambed.observe.lag.Pace;
import java.util.List;
import java.util.Locale;

/** One of the two stages. */
public enum Role {
    /** Documents into vectors. */
    EMBED,
    /** Vectors into the store. */
    INDEX;

    /** What the stage reads, and as which group. */
    public LagGroup group(StreambedConfig config) {
        PipelineSettings pipeline = config.pipeline();
        String id = this == EMBED ? pipeline.embedApplicationId() : pipeline.indexApplicationId();
        List<LagGroup.Input> inputs =
                switch (this) {
                    case EMBED ->
                        List.of(
                                new LagGroup.Input(config.topics().documents(), "interactive"),
                                new LagGroup.Input(config.topics().documentsBulk(), "bulk"));
                    case INDEX -> List.of(new LagGroup.Input(config.embeddingsTopic(), "log"));
                };
        return new LagGroup(pipeline.name(), id, toString(), inputs, () -> Pace.UNKNOWN);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
