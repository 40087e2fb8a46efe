package dev.streambed.cli.bench;

import dev.streambed.cli.config.StreambedConfig;
import java.util.Map;

/** Configurations of pipelines that know nothing of each other, on one broker. */
@FunctionalInterface
public interface PipelineConfigs {
    /**
     * One of them; its topics are made.
     *
     * @param name of the pipeline, unlike the others'
     * @param settings above all others
     */
    StreambedConfig named(String name, Map<String, String> settings) throws Exception;
}
