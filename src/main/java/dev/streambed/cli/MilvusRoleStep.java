package dev.streambed.cli;

import dev.streambed.cli.acls.MilvusRolesFile;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.index.IndexException;
import dev.streambed.index.milvus.MilvusGrant;
import dev.streambed.index.milvus.MilvusRoles;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The part of {@code topics --acls} for Milvus: makes the roles, grants what is missing, gives them to users, and says so. */
final class MilvusRoleStep {
    private final Map<String, List<MilvusGrant>> roles;
    private final Map<String, List<String>> users;
    private final String prefix;
    private final boolean dryRun;

    /**
     * @param users {@code ROLE=USER}, in any number
     * @throws IllegalArgumentException if one is not written as it must be, for people
     */
    MilvusRoleStep(StreambedConfig config, List<String> users, boolean dryRun) {
        this.roles = MilvusRolesFile.read(config.milvusCollection());
        this.users = Grantees.byRole("--milvus-user", "ROLE=USER", users, roles.keySet());
        this.prefix = "streambed_" + config.pipeline().name().replace('-', '_') + "_";
        this.dryRun = dryRun;
        if (!users.isEmpty() && !config.milvus().database().equals("default")) {
            throw new IllegalArgumentException(
                    "--milvus-user grants in the database default only, and milvus.database is "
                            + config.milvus().database());
        }
    }

    /** Returns whether a role may more than the file lists. */
    boolean run(MilvusRoles milvus, Console console) throws IndexException {
        boolean extra = false;
        for (Map.Entry<String, List<String>> entry : users.entrySet()) {
            String role = prefix + entry.getKey();
            List<MilvusGrant> wanted = roles.getOrDefault(entry.getKey(), List.of());
            Set<MilvusGrant> present = milvus.grants(role);
            List<MilvusGrant> missing =
                    wanted.stream().filter(grant -> !present.contains(grant)).toList();
            if (!dryRun && !missing.isEmpty()) {
                milvus.grant(role, missing);
            }
            wanted.forEach(grant -> say(console, verdict(!missing.contains(grant)), role, grant));
            for (MilvusGrant grant : present) {
                if (!wanted.contains(grant)) {
                    say(console, "extra", role, grant);
                    extra = true;
                }
            }
            for (String user : entry.getValue()) {
                boolean has = milvus.rolesOf(user).contains(role);
                if (!has && !dryRun) {
                    milvus.give(user, role);
                }
                console.out().println("%-8s %s  role %s".formatted(verdict(has), user, role));
            }
        }
        return extra;
    }

    private String verdict(boolean there) {
        return there ? "ok" : dryRun ? "missing" : "granted";
    }

    private static void say(Console console, String verdict, String role, MilvusGrant grant) {
        console.out()
                .println("%-8s %s  %s %s  %s"
                        .formatted(verdict, role, grant.objectType(), grant.objectName(), grant.privilege()));
    }
}
