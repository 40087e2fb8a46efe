package dev.streambed.cli;

import dev.streambed.cli.acls.AclAdmin;
import dev.streambed.cli.acls.AclState;
import dev.streambed.cli.acls.AclState.Verdict;
import dev.streambed.cli.acls.AclsFile;
import dev.streambed.cli.acls.Permission;
import dev.streambed.cli.config.StreambedConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;

/** The part of {@code topics --acls}: compares, grants, and says so. */
final class AclStep {
    private final Map<String, List<Permission>> roles;
    private final Map<String, List<String>> principals;
    private final boolean dryRun;
    private final boolean revokeExtra;

    /**
     * @param principals {@code ROLE=User:NAME}, in any number
     * @param dryRun change nothing
     * @param revokeExtra take away what the file does not list
     * @throws IllegalArgumentException if a principal is not written as it must be, for people
     */
    AclStep(StreambedConfig config, List<String> principals, boolean dryRun, boolean revokeExtra) {
        this.roles = AclsFile.read(config);
        this.principals = Grantees.byRole("--principal", "ROLE=User:NAME", principals, roles.keySet());
        this.dryRun = dryRun;
        this.revokeExtra = revokeExtra;
    }

    /** Returns whether something is there that the file does not list, and stays. */
    boolean run(Map<String, Object> adminSettings, Console console)
            throws ExecutionException, TimeoutException, InterruptedException {
        try (AclAdmin admin = new AclAdmin(adminSettings)) {
            List<AclState> states = admin.compare(roles, principals);
            if (!dryRun) {
                admin.grant(those(states, Verdict.MISSING));
                if (revokeExtra) {
                    admin.revoke(those(states, Verdict.EXTRA));
                }
            }
            states.forEach(state -> console.out().println(line(state)));
            boolean stays = dryRun || !revokeExtra;
            return stays && states.stream().anyMatch(state -> state.verdict() == Verdict.EXTRA);
        }
    }

    private static List<AclBinding> those(List<AclState> states, Verdict verdict) {
        return states.stream()
                .filter(state -> state.verdict() == verdict)
                .map(AclState::binding)
                .toList();
    }

    private String line(AclState state) {
        String verdict =
                switch (state.verdict()) {
                    case OK -> "ok";
                    case MISSING -> dryRun ? "missing" : "granted";
                    case EXTRA -> dryRun || !revokeExtra ? "extra" : "revoked";
                };
        AclBinding binding = state.binding();
        AccessControlEntry entry = binding.entry();
        return "%-8s %s  %s %s%s  %s%s%s"
                .formatted(
                        verdict,
                        entry.principal(),
                        binding.pattern().resourceType().name().toLowerCase(Locale.ROOT),
                        binding.pattern().name(),
                        binding.pattern().patternType() == PatternType.PREFIXED ? "*" : "",
                        entry.operation(),
                        entry.permissionType() == AclPermissionType.DENY ? " denied" : "",
                        entry.host().equals("*") ? "" : " from " + entry.host());
    }
}
