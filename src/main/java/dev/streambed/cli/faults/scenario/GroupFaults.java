package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.ClusterView;
import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.Scope;
import dev.streambed.cli.service.Role;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Instances come and go; {@link TakeoverFaults} has those that come back. */
final class GroupFaults {
    private static final int EVENTS = 900;
    private static final int DOCUMENTS = 400;
    private static final int ROUNDS = 4;

    private GroupFaults() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "group.join-leave",
                        "a second instance joins and leaves every few seconds, by SIGTERM or by kill -9",
                        "the first one goes on all the while, and has everything in the end",
                        Setup.PLAIN,
                        GroupFaults::joinAndLeave),
                new Scenario(
                        "group.roles-apart",
                        "EMBED and INDEX in a process each, killed one after the other",
                        "the one goes on without the other, which finds its work where it left it",
                        Setup.PLAIN.withStubOnly(),
                        GroupFaults::rolesApart),
                new Scenario(
                        "group.gate",
                        "a second instance joins and leaves while the store hangs and INDEX's gate is closed",
                        "nobody is evicted, INDEX takes no more in than its bound, EMBED goes on, then everything is written",
                        Setup.PLAIN.withStubOnly().withService("index.in-flight-bytes", "256kB"),
                        GroupFaults::gate));
    }

    private static void joinAndLeave(Lab lab) {
        ServiceProcess first = lab.start(lab.plan()).awaitReady();
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), 30);
        lab.awaitAnswered(30);
        for (int round = 0; round < ROUNDS; round++) {
            lab.mayRepeat(first); // a task that moves does again what it has not retired
            ServiceProcess second = lab.start(lab.plan().withDirectory(lab.directory("second")));
            boolean whole = lab.random().nextInt(3) > 0;
            if (whole) {
                second.awaitReady();
            }
            lab.pause(Duration.ZERO, Duration.ofSeconds(4));
            if (lab.random().nextBoolean()) {
                lab.kill(second);
            } else {
                lab.mayRepeat(second);
                int exit = second.process().terminate();
                // A JVM that has only begun to start has nothing to end in order yet.
                lab.expect("SIGTERM ended the second instance with " + exit, exit == 0 || !whole);
            }
            int answered = lab.answers().answered();
            if (lab.feed().count() > answered + 20) {
                lab.awaitAnswered(answered + 20);
            }
        }
        lab.expect("the first instance has ended", first.process().isAlive());
    }

    private static void rolesApart(Lab lab) {
        ServiceProcess.Plan embedPlan =
                lab.plan().withDirectory(lab.directory("embed")).withRoles("embed");
        ServiceProcess.Plan indexPlan =
                lab.plan().withDirectory(lab.directory("index")).withRoles("index");
        ServiceProcess embed = lab.start(embedPlan).awaitReady();
        ServiceProcess index = lab.start(indexPlan).awaitReady();
        String log = lab.config().embeddingsTopic();

        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), 40);
        lab.awaitAnswered(20 + lab.random().nextInt(60));
        lab.kill(index);
        long logged = lab.recordsOf(log);
        Patience.await(
                "EMBED goes on without INDEX", Lab.PATIENCE, () -> lab.recordsOf(log) >= logged + 50, embed::tail);
        lab.expect("EMBED is ready without INDEX: " + embed.readiness(), embed.isReady());
        index = lab.start(indexPlan).awaitReady();

        lab.pause(Duration.ofMillis(200), Duration.ofSeconds(1));
        lab.kill(embed);
        String group = Role.INDEX.group(lab.config()).id();
        Patience.await(
                "INDEX writes what is in the log without EMBED",
                Lab.PATIENCE,
                () -> lab.cluster().lag(group) == 0,
                index::tail);
        lab.expect("INDEX is ready without EMBED: " + index.readiness(), index.isReady());
        var unused = lab.start(embedPlan).awaitReady();
    }

    private static void gate(Lab lab) {
        try (ClusterView cluster = ClusterView.of(lab)) {
            gate(lab, cluster);
        }
    }

    private static void gate(Lab lab, ClusterView cluster) {
        String log = lab.config().embeddingsTopic();
        String group = Role.INDEX.group(lab.config()).id();
        ServiceProcess first = lab.start(lab.plan()).awaitReady();
        Set<String> own = cluster.members();
        lab.store().inject(new Fault.Hang(Scope.WRITES));
        lab.feed().trickle(lab.workload().next(EVENTS, 100_000), 60);
        awaitClosed(lab, first);
        for (int round = 0; round < 2; round++) {
            lab.mayRepeat(first); // a task that moves does again what it has not retired
            Set<String> gone = new HashSet<>(cluster.members()); // who was killed is a member until its session lapses
            gone.removeAll(own);
            ServiceProcess second = lab.start(lab.plan().withDirectory(lab.directory("second")));
            Patience.await(
                    "the second instance has its share",
                    Lab.PATIENCE,
                    () -> lab.cluster().assignment(group).values().stream()
                                    .filter(partitions -> !partitions.isEmpty())
                                    .count()
                            == 2,
                    second::tail);
            Patience.await(
                    "both stages of the second instance are members",
                    Lab.PATIENCE,
                    () -> {
                        Set<String> now = cluster.members();
                        return now.size() == 2 * own.size() && Collections.disjoint(now, gone);
                    },
                    second::tail);
            long logged = lab.recordsOf(log);
            Set<String> members = cluster.members();
            lab.pause(Duration.ofSeconds(1), Duration.ofSeconds(4));
            lab.expect(
                    "a member was evicted while the gate was closed: " + members + ", then " + cluster.members(),
                    cluster.members().equals(members));
            lab.expect(
                    "EMBED stood still while the store did",
                    lab.feed().count() == EVENTS || lab.recordsOf(log) > logged);
            if (lab.random().nextBoolean()) {
                lab.kill(second);
            } else {
                // What is held by the store cannot be finished: it stays in the ledger.
                lab.mayRepeat(second);
                int exit = second.process().terminate();
                lab.expect("SIGTERM ended the second instance with " + exit, exit == 0);
            }
            awaitClosed(lab, first);
        }
        lab.storeReturns(lab.store()::pass);
    }

    /** The store holds all that INDEX takes in, and there is more. */
    private static void awaitClosed(Lab lab, ServiceProcess service) {
        String group = Role.INDEX.group(lab.config()).id();
        Patience.await(
                "INDEX is at its bound",
                Lab.PATIENCE,
                () -> lab.cluster().lag(group) > 50 && service.eventsUnanswered(Role.INDEX) > 50,
                () -> ", lag " + lab.cluster().lag(group) + ", in flight " + service.eventsUnanswered(Role.INDEX));
        double inFlight = service.eventsUnanswered(Role.INDEX);
        // A row takes more than 2 kB: 256 kB, and beyond it what polls of 64 records brought, and what was restored.
        if (inFlight > 600) {
            lab.unbounded(inFlight + " events in flight behind a closed gate of 256 kB");
        }
    }
}
