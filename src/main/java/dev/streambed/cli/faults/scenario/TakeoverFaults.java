package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.service.Role;
import dev.streambed.embed.EmbedTopology;
import dev.streambed.stage.RoutedKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** An instance is killed and comes back under its name, or another one takes its place. */
final class TakeoverFaults {
    private static final int EVENTS = 900;
    private static final int DOCUMENTS = 400;

    /** Room for the start of a process on a busy machine. */
    private static final String SESSION_MILLIS = "25000";

    private TakeoverFaults() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "group.static-member",
                        "one of two instances is killed, and back within the session timeout; then again, and back after it",
                        "within it nobody is given its partitions; after it the other one has them until it is back",
                        Setup.PLAIN
                                .withStubOnly()
                                .withService("kafka.consumer.session.timeout.ms", SESSION_MILLIS)
                                .withService("kafka.consumer.heartbeat.interval.ms", "2000"),
                        TakeoverFaults::staticMember),
                new Scenario(
                        "group.standby",
                        "one of two instances, each with the other's standbys, is killed for good",
                        "the other, which has copies of the heads and of the ledger, takes over, and reads next to nothing of their changelogs",
                        Setup.PLAIN.withStubOnly().withService("kafka.num.standby.replicas", "1"),
                        TakeoverFaults::standby));
    }

    private static void staticMember(Lab lab) {
        String group = Role.EMBED.group(lab.config()).id();
        ServiceProcess first = lab.start(lab.plan()).awaitReady();
        ServiceProcess.Plan plan = lab.plan().withDirectory(lab.directory("second"));
        ServiceProcess second = lab.start(plan).awaitReady();
        Shares.await(lab, Role.EMBED, first, second);
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), 30);
        lab.awaitAnswered(30);

        Map<String, Set<TopicPartition>> before = lab.cluster().assignment(group);
        long rebalances = rebalances(first);
        lab.kill(second);
        second = lab.start(plan).awaitReady();
        lab.expect(
                "the partitions moved though the member was back in time: " + before + ", then "
                        + lab.cluster().assignment(group),
                lab.cluster().assignment(group).equals(before));
        lab.expect("the other member was asked to rebalance", rebalances(first) == rebalances);

        lab.kill(second);
        lab.mayRepeat(first); // its tasks may be closed and opened again when there are more of them
        awaitAll(lab, group, first);
        lab.mayRepeat(first); // half of its tasks move
        second = lab.start(plan).awaitReady();
        Shares.await(lab, Role.EMBED, first, second);
    }

    private static long rebalances(ServiceProcess service) {
        return service.process()
                .output()
                .lines()
                .filter(line -> line.contains("RUNNING -> REBALANCING"))
                .count();
    }

    private static void awaitAll(Lab lab, String group, ServiceProcess service) {
        String name = service.memberName();
        Patience.await(
                "the other member has all partitions",
                Lab.PATIENCE,
                () -> lab.cluster()
                                .assignment(group)
                                .getOrDefault(name, Set.of())
                                .size()
                        == 16,
                service::tail);
    }

    private static void standby(Lab lab) {
        String group = Role.EMBED.group(lab.config()).id();
        ServiceProcess first = lab.start(lab.plan()).awaitReady();
        ServiceProcess second =
                lab.start(lab.plan().withDirectory(lab.directory("second"))).awaitReady();
        Shares.await(lab, Role.EMBED, first, second);
        Patience.await(
                "each instance has a copy of the other's heads",
                Lab.PATIENCE,
                () -> copies(first, group) == 8 && copies(second, group) == 8,
                () -> ", but " + copies(first, group) + " and " + copies(second, group));
        lab.keepBusy(EVENTS, DOCUMENTS);
        lab.awaitAnswered(100 + lab.random().nextInt(100));
        lab.keepBusy(EVENTS / 2, DOCUMENTS);
        lab.awaitInFlight(first, 30);
        Set<Integer> orphaned = lab.cluster().assignment(group).getOrDefault(first.memberName(), Set.of()).stream()
                .map(TopicPartition::partition)
                .collect(Collectors.toSet());
        double before = restoredByEmbed(second);
        lab.kill(first);
        long killed = System.currentTimeMillis();
        long left = changelogRecords(lab, group, orphaned);
        // Only who has its partitions now can answer what is sent from now on.
        Set<String> earlier =
                lab.feed().acknowledged().stream().map(Change::eventId).collect(Collectors.toSet());
        lab.feed().burst(lab.workload().next(100, DOCUMENTS));
        lab.takenOver(
                killed,
                lab.feed().acknowledged().stream()
                        .filter(change -> !earlier.contains(change.eventId()) && orphaned.contains(partition(change)))
                        .map(Change::eventId)
                        .toList());
        lab.expect("the successor has ended", second.process().isAlive());
        awaitAll(lab, group, second);
        Patience.await("the successor is ready", Lab.PATIENCE, second::isReady, second::readiness);
        double read = restoredByEmbed(second) - before;
        lab.expect("the killed one left only " + left + " records in its changelogs", left >= 100);
        // Without copies it would read all of them. With them it has read on until it became the successor,
        // a session timeout after the last of them was written.
        lab.expect("the successor read " + read + " of " + left + " records in its changelogs", read <= left / 10.0);
    }

    private static double restoredByEmbed(ServiceProcess service) {
        return service.metric("streambed_stage_restored_records", "stage", Role.EMBED.toString());
    }

    /** What a successor of these tasks has to read, or must have read before. */
    private static long changelogRecords(Lab lab, String group, Set<Integer> tasks) {
        return lab.cluster().records(group + "-" + EmbedTopology.HEADS + "-changelog", tasks)
                + lab.cluster().records(group + "-in-flight-changelog", tasks);
    }

    private static int partition(Change change) {
        return RoutedKey.partitionOf(change.documentId().getBytes(StandardCharsets.UTF_8), 8);
    }

    /** Tasks of an application of which an instance has a store of heads, its own and those it stands by for. */
    private static long copies(ServiceProcess service, String group) {
        Path application = service.state().resolve(group);
        if (!Files.isDirectory(application)) {
            return 0;
        }
        try (Stream<Path> tasks = Files.list(application)) {
            return tasks.filter(task -> Files.isDirectory(task.resolve("rocksdb")))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
