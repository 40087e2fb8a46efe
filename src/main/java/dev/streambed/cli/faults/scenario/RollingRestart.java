package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.service.Role;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** What an upgrade does: two instances of each role, ended in order and started again one after the other, and nobody is to notice. */
final class RollingRestart {
    /** A third of what one instance of EMBED does: while one is away the other has all of it. */
    private static final double EVENTS_A_SECOND = 20;

    private static final int DOCUMENTS = 5_000;

    /** For what each JVM does once. */
    private static final int COLD_EVENTS = 200;

    /** Between two restarts: the chart's minReadySeconds. */
    private static final Duration SETTLE = Duration.ofSeconds(10);

    private static final Duration CALM = Duration.ofSeconds(25);
    private static final long MOST_PERCENT = 500;

    private RollingRestart() {}

    static List<Scenario> all() {
        return List.of(new Scenario(
                "rolling.restart",
                "two instances of each role, all four restarted one after the other by SIGTERM, under load",
                "each exits 0; the p99 from event to answer is at most 5 times what it is before",
                Setup.PLAIN.withStubOnly().withService("kafka.num.standby.replicas", "1"),
                RollingRestart::restart));
    }

    private static void restart(Lab lab) {
        Map<Role, List<Instance>> instances = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            instances.put(role, List.of(Instance.start(lab, role, 1), Instance.start(lab, role, 2)));
        }
        instances.forEach((role, pair) -> {
            pair.forEach(instance -> instance.service.awaitReady());
            Shares.await(lab, role, pair.get(0).service, pair.get(1).service);
        });
        AtomicBoolean load = new AtomicBoolean(true);
        lab.feed().trickle(() -> lab.workload().next(1, DOCUMENTS).get(0), EVENTS_A_SECOND, load::get);
        lab.awaitAnswered(COLD_EVENTS);
        long calm = System.currentTimeMillis();
        lab.pause(CALM, CALM);
        long rolling = System.currentTimeMillis();
        for (List<Instance> pair : List.copyOf(instances.values())) {
            pair.get(0).restart(lab, pair.get(1));
            pair.get(1).restart(lab, pair.get(0));
        }
        long done = System.currentTimeMillis();
        load.set(false);
        lab.feed().awaitSent(Lab.PATIENCE);
        lab.awaitAnswered(lab.feed().count());

        Latencies before = Latencies.between(lab.feed().sent(), lab.answers(), calm, rolling);
        Latencies during = Latencies.between(lab.feed().sent(), lab.answers(), rolling, done);
        lab.slowed(before.quantile(0.99), during.quantile(0.99));
        lab.expect(
                "latency is " + during + " while all are restarted; before it was " + before,
                during.quantile(0.99) * 100 <= MOST_PERCENT * before.quantile(0.99));
    }

    /** One of a role; comes back under its name and with its state. */
    private static final class Instance {
        private final ServiceProcess.Plan plan;
        private ServiceProcess service;

        private Instance(ServiceProcess.Plan plan, ServiceProcess service) {
            this.plan = plan;
            this.service = service;
        }

        static Instance start(Lab lab, Role role, int number) {
            ServiceProcess.Plan plan =
                    lab.plan().withRoles(role.toString()).withDirectory(lab.directory(role + "-" + number));
            return new Instance(plan, lab.start(plan));
        }

        void restart(Lab lab, Instance other) {
            lab.mayRepeat(other.service); // its tasks may be closed and opened again when there are more of them
            int exit = service.process().terminate();
            lab.expect(service.process().name() + " ended with " + exit + " on SIGTERM", exit == 0);
            lab.mayRepeat(other.service); // half of its tasks move
            service = lab.start(plan).awaitReady();
            lab.pause(SETTLE, SETTLE);
        }
    }
}
