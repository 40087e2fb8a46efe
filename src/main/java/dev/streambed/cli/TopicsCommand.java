package dev.streambed.cli;

import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.service.Services;
import dev.streambed.cli.topics.TopicAdmin;
import dev.streambed.cli.topics.TopicSpec;
import dev.streambed.cli.topics.TopicState;
import dev.streambed.cli.topics.TopicsFile;
import dev.streambed.index.milvus.MilvusRoles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Creates the topics that are missing and names what differs. */
@Command(
        name = "topics",
        description = {
            "Create the topics that are missing and name what differs; what is there is never changed.",
            "With --acls, grant what topology/acls.yaml lists, and name what is there besides.",
            "Exit code 1 if a topic differs, or a permission is there that is not listed."
        })
final class TopicsCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--dry-run", description = "Create nothing; say what would be created.")
    private boolean dryRun;

    @Option(
            names = "--acls",
            description = "Grant the permissions of the roles that --principal and --milvus-user name.")
    private boolean acls;

    @Option(
            names = "--principal",
            paramLabel = "ROLE=User:NAME",
            description = "Who has a role: producer, caller, embed, index, operator or administrator; may be repeated.")
    private List<String> principals = new ArrayList<>();

    @Option(
            names = "--milvus-user",
            paramLabel = "ROLE=USER",
            description = "Who has a role in Milvus: index or search; may be repeated.")
    private List<String> milvusUsers = new ArrayList<>();

    @Option(
            names = "--revoke-extra",
            description = {
                "Take away what these principals may do with these topics and groups besides.",
                "Without it nothing is ever taken away."
            })
    private boolean revokeExtra;

    TopicsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws Exception {
        boolean named = !principals.isEmpty() || !milvusUsers.isEmpty();
        if (acls != named || (revokeExtra && principals.isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--acls goes with a --principal ROLE=User:NAME or a --milvus-user ROLE=USER for each role that is used,"
                            + " and --revoke-extra with --principal");
        }
        StreambedConfig config = options.load(console).config();
        // First, so that whoever may grant can grant himself what the topics take.
        boolean extra = acls && grant(config);
        return topics(config) || extra ? 1 : 0;
    }

    private boolean grant(StreambedConfig config) throws Exception {
        AclStep kafka;
        MilvusRoleStep milvus;
        try {
            kafka = new AclStep(config, principals, dryRun, revokeExtra);
            milvus = new MilvusRoleStep(config, milvusUsers, dryRun);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        boolean extra = !principals.isEmpty() && kafka.run(config.kafka().admin(), console);
        if (!milvusUsers.isEmpty()) {
            try (MilvusRoles roles = new MilvusRoles(Services.milvusOptions(config))) {
                extra |= milvus.run(roles, console);
            }
        }
        return extra;
    }

    private boolean topics(StreambedConfig config) throws ExecutionException, TimeoutException, InterruptedException {
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
        return differs;
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
