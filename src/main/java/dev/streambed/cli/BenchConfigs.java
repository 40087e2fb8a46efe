package dev.streambed.cli;

import dev.streambed.cli.bench.PipelineConfigs;
import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The configurations of a benchmark's pipelines: what the user set, with names, topics and state of their own on the benchmark's broker.
 *
 * @param options of the command
 * @param directory for the state
 */
record BenchConfigs(Console console, ConfigOptions options, EmbeddedBroker broker, Path directory)
        implements PipelineConfigs {
    private static final String ORIGIN = "bench";

    @Override
    public StreambedConfig named(String name, Map<String, String> settings) throws Exception {
        Map<String, String> own = new HashMap<>(settings);
        own.put("kafka.bootstrap.servers", broker.bootstrapServers());
        own.put("index.type", "milvus");
        own.put("topics.prefix", name + "-");
        // Also in the consumer groups: two pipelines of one broker must not share them.
        own.put("pipeline.name", name);
        own.put("state.dir", directory.resolve(name).toString());
        Map<String, ConfigValue> above = new HashMap<>();
        own.forEach((key, value) -> above.put(key, new ConfigValue(value, ORIGIN)));
        StreambedConfig config = options.load(console, above).config();
        TopicsCommand.createMissing(config);
        return config;
    }
}
