package dev.streambed.cli;

import dev.streambed.cli.config.LoadedConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what is in force. */
@Command(
        name = "config",
        description = "Print the configuration in force and where each value came from; secrets are hidden.")
final class ConfigCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    ConfigCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        LoadedConfig loaded = options.load(console);
        int keyWidth =
                loaded.values().keySet().stream().mapToInt(String::length).max().orElse(0);
        int textWidth = loaded.values().values().stream()
                .mapToInt(value -> value.text().length())
                .filter(length -> length <= 40)
                .max()
                .orElse(0);
        String line = "%-" + keyWidth + "s  %-" + Math.max(1, textWidth) + "s  # %s%n";
        loaded.values().forEach((key, value) -> console.out().printf(line, key, value.text(), value.origin()));
        return 0;
    }
}
