package dev.streambed.cli;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.observe.drift.Baseline;
import dev.streambed.observe.drift.DriftEntry;
import dev.streambed.observe.drift.DriftTopic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What drift is measured against. */
@Command(
        name = "baseline",
        description = {
            "List what drift is measured against: each tenant's baseline, and the canary's reference.",
            "With --reset they are taken out, and the running instances make new ones of what comes next."
        })
final class DriftBaselineCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--reset", description = "Take them out: what is there now is to be the measure.")
    private boolean reset;

    @Option(names = "--tenant", paramLabel = "NAME", description = "This tenant's baseline only.")
    private @Nullable String tenant;

    DriftBaselineCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        StreambedConfig config = options.load(console).config();
        try (DriftTopic topic = new DriftTopic(
                config.driftTopic(), config.kafka().consumer(), config.kafka().producer())) {
            Map<String, DriftEntry> entries = new TreeMap<>();
            for (DriftTopic.Change change : topic.read()) {
                DriftEntry entry = change.entry();
                if (entry == null) {
                    entries.remove(change.key());
                } else if (isWanted(entry)) {
                    entries.put(change.key(), entry);
                }
            }
            if (reset && !entries.isEmpty()) {
                topic.remove(List.copyOf(entries.keySet()));
            }
            entries.values().forEach(entry -> console.out().println(line(entry)));
            if (entries.isEmpty()) {
                console.out().println("none in " + config.driftTopic());
            }
        }
        return 0;
    }

    private boolean isWanted(DriftEntry entry) {
        return tenant == null
                || (entry instanceof Baseline baseline && baseline.tenant().equals(tenant));
    }

    private String line(DriftEntry entry) {
        String what = entry instanceof Baseline baseline
                ? "baseline of tenant " + baseline.tenant() + ": " + baseline.vectors() + " vectors"
                : "canary's reference";
        String made = Instant.ofEpochMilli(entry.madeAtMillis()).toString();
        return (reset ? "reset  " : "") + what + ", made " + made + ", pipeline fingerprint "
                + DriftEntry.shortened(entry.fingerprint());
    }
}
