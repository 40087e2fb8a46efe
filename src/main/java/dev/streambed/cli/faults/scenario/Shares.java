package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.service.Role;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/** How two instances of a role share its partitions. */
final class Shares {
    private Shares() {}

    /** Waits until both have as many. */
    static void await(Lab lab, Role role, ServiceProcess first, ServiceProcess second) {
        String group = role.group(lab.config()).id();
        Set<String> members = Set.of(first.memberName(), second.memberName());
        Patience.await(
                "both instances have a share of " + role,
                Lab.PATIENCE,
                () -> {
                    Map<String, Set<TopicPartition>> shares = lab.cluster().assignment(group);
                    Set<Integer> sizes = shares.values().stream().map(Set::size).collect(Collectors.toSet());
                    return shares.keySet().equals(members) && sizes.size() == 1 && !sizes.contains(0);
                },
                () -> lab.cluster().assignment(group).toString());
    }
}
