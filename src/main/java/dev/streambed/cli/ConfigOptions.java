package dev.streambed.cli;

import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.LoadedConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reads the configuration. */
public final class ConfigOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration, YAML. Default: the variable STREAMBED_CONFIG, else none.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Sets one key of the configuration; may be repeated. Above the file and the variables.")
    private Map<String, String> settings = new LinkedHashMap<>();

    /** What the file, the variables and {@code --set} say. */
    LoadedConfig load(Console console) {
        return load(console, Map.of());
    }

    /**
     * What the file, the variables and {@code --set} say.
     *
     * @param above set by other flags; stronger than all of them
     */
    LoadedConfig load(Console console, Map<String, ConfigValue> above) {
        Map<String, ConfigValue> flags = new LinkedHashMap<>();
        settings.forEach((key, value) -> flags.put(key, new ConfigValue(value, "flag --set")));
        flags.putAll(above);
        String variable = console.environment().get("STREAMBED_CONFIG");
        Path fromVariable = variable == null || variable.isBlank() ? null : Path.of(variable);
        LoadedConfig loaded = ConfigLoader.load(file != null ? file : fromVariable, console.environment(), flags);
        OAuthAddresses.allow(loaded.config().kafka());
        return loaded;
    }
}
