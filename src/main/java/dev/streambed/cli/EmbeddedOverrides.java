package dev.streambed.cli;

import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.LoadedConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What changes in the configuration when the broker is in the process. */
final class EmbeddedOverrides {
    private static final String ORIGIN = "flag --embedded";

    private EmbeddedOverrides() {}

    /**
     * Kafka is the broker; unless somebody said otherwise, the index is in memory and the state lies beside the broker's data.
     *
     * @param given the configuration without these
     * @param dataDir the broker's; its state must go when its data goes
     */
    static Map<String, ConfigValue> of(LoadedConfig given, EmbeddedBroker broker, Path dataDir) {
        Map<String, ConfigValue> overrides = new HashMap<>();
        overrides.put("kafka.bootstrap.servers", new ConfigValue(broker.bootstrapServers(), ORIGIN));
        unlessSaid(given, overrides, "index.type", "memory");
        unlessSaid(given, overrides, "state.dir", dataDir.resolve("state").toString());
        return overrides;
    }

    private static void unlessSaid(LoadedConfig given, Map<String, ConfigValue> overrides, String key, String value) {
        ConfigValue said = given.values().get(key);
        if (said == null || said.origin().equals("default")) {
            overrides.put(key, new ConfigValue(value, ORIGIN));
        }
    }
}
