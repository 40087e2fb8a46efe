package dev.streambed.cli;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.topics.TopicAdmin;
import dev.streambed.cli.topics.TopicSpec;
import dev.streambed.cli.topics.TopicState;
import dev.streambed.cli.topics.TopicsFile;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Creates the topics that are missing and names what differs. */
@Command(
        name = "topics",
        description = {
            "Create the topics that are missing and name what differs; what is there is never changed.",
            "Exit code 1 if a topic differs."
        })
final class TopicsCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--dry-run", description = "Create nothing; say what would be created.")
    private boolean dryRun;

    TopicsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        StreambedConfig config = options.load(console).config();
        List<TopicSpec> specs = TopicsFile.read(config);
        int width = specs.stream().mapToInt(spec -> spec.name().length()).max().orElse(0);
        boolean differs = false;
        try (TopicAdmin admin = new TopicAdmin(config.kafka().admin())) {
            for (TopicState state : admin.compare(specs)) {
                String verdict = state.present() ? state.differs() ? "differs" : "ok" : dryRun ? "missing" : "created";
                if (!state.present() && !dryRun) {
                    admin.create(state.spec());
                }
                String partitions = state.present()
                        ? ""
                        : state.spec().partitions() + partitions(state.spec().partitions());
                line(("%-8s %-" + width + "s  %s")
                        .formatted(verdict, state.spec().name(), partitions));
                state.differences().forEach(difference -> line("           " + difference));
                differs |= state.differs();
            }
            if (!dryRun) {
                admin.awaitPresent(specs);
            }
        }
        return differs ? 1 : 0;
    }

    /** Creates what is missing, in silence: for a broker that is ours alone. */
    static void createMissing(StreambedConfig config)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<TopicSpec> specs = TopicsFile.read(config);
        try (TopicAdmin admin = new TopicAdmin(config.kafka().admin())) {
            for (TopicState state : admin.compare(specs)) {
                if (!state.present()) {
                    admin.create(state.spec());
                }
            }
            admin.awaitPresent(specs);
        }
    }

    private static String partitions(int count) {
        return count == 1 ? " partition" : " partitions";
    }

    private void line(String line) {
        console.out().println(line.stripTrailing());
    }
}
