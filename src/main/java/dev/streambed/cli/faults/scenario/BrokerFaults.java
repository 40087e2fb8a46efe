package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.ClusterView;
import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The broker, or the way to it, is not there for a while. */
final class BrokerFaults {
    private static final int EVENTS = 900;
    private static final int DOCUMENTS = 400;
    private static final int ROUNDS = 3;

    private BrokerFaults() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "broker.kill",
                        "the broker is killed and comes back, three times",
                        "the service waits, and goes on by itself",
                        Setup.PLAIN,
                        BrokerFaults::kill),
                new Scenario(
                        "broker.freeze",
                        "the broker stands still for seconds, then for longer than the session and the requests last",
                        "the service goes on by itself, evicted or not",
                        Setup.PLAIN
                                .withService("kafka.request.timeout.ms", "8000")
                                .withService("kafka.producer.delivery.timeout.ms", "60000"),
                        BrokerFaults::freeze),
                new Scenario(
                        "broker.slow",
                        "the way to the broker gets long and narrow",
                        "the service goes on, slower, and stays a member",
                        Setup.PLAIN,
                        BrokerFaults::slow),
                new Scenario(
                        "broker.cut",
                        "connections to the broker are reset at random, and cut for seconds",
                        "the service goes on by itself",
                        Setup.PLAIN,
                        BrokerFaults::cut));
    }

    private static ServiceProcess busy(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), 40);
        lab.awaitAnswered(20 + lab.random().nextInt(50));
        return service;
    }

    private static void awaitMore(Lab lab, ServiceProcess service) {
        if (lab.feed().count() >= lab.answers().answered() + 20) {
            lab.awaitAnswered(lab.answers().answered() + 20);
        }
        lab.expect("the service has ended", service.process().isAlive());
    }

    private static void kill(Lab lab) {
        ServiceProcess service = busy(lab);
        for (int round = 0; round < ROUNDS; round++) {
            lab.mayRepeat(service); // a stream thread may fail, and another one do again what it had
            lab.broker().process().kill();
            lab.pause(Duration.ZERO, Duration.ofSeconds(6));
            lab.expect("it is not alive without a broker", service.isLive());
            lab.broker().start(lab.kafka().port());
            awaitMore(lab, service);
        }
    }

    private static void freeze(Lab lab) {
        ServiceProcess service = busy(lab);
        for (int round = 0; round < ROUNDS; round++) {
            boolean longer = round == ROUNDS - 1;
            lab.mayRepeat(service);
            lab.broker().process().freeze();
            lab.pause(Duration.ofSeconds(longer ? 14 : 1), Duration.ofSeconds(longer ? 20 : 5));
            lab.expect("it is not alive while the broker stands still", service.isLive());
            lab.broker().process().resume();
            awaitMore(lab, service);
        }
    }

    private static void slow(Lab lab) {
        ServiceProcess service = busy(lab);
        try (ClusterView cluster = ClusterView.of(lab)) {
            Set<String> members = cluster.members();
            slow(lab, service);
            lab.expect(
                    "a member left its group: " + members + ", then " + cluster.members(),
                    cluster.members().equals(members));
        }
    }

    private static void slow(Lab lab, ServiceProcess service) {
        for (int round = 0; round < ROUNDS; round++) {
            long latency = 20L + lab.random().nextInt(250);
            long bytesPerSecond = lab.random().nextBoolean()
                    ? TcpProxy.UNLIMITED
                    : 150_000L + lab.random().nextInt(500_000);
            lab.kafka().slow(Duration.ofMillis(latency), bytesPerSecond);
            int answered = lab.answers().answered();
            lab.pause(Duration.ofSeconds(3), Duration.ofSeconds(8));
            awaitMore(lab, service);
            lab.expect(
                    "nothing was answered at " + latency + " ms and " + bytesPerSecond + " bytes/s",
                    lab.answers().answered() > answered || lab.feed().count() == answered);
        }
        lab.expect(
                "a stream thread failed",
                !service.process().output().contains("a stream thread failed and is replaced"));
        lab.kafka().pass();
    }

    private static void cut(Lab lab) {
        ServiceProcess service = busy(lab);
        for (int round = 0; round < 8; round++) {
            lab.mayRepeat(service);
            if (lab.random().nextInt(3) > 0) {
                lab.kafka().cutOnce();
                lab.pause(Duration.ofMillis(50), Duration.ofSeconds(1));
            } else {
                lab.kafka().cut();
                lab.pause(Duration.ofSeconds(1), Duration.ofSeconds(5));
                lab.kafka().pass();
            }
        }
        awaitMore(lab, service);
        Patience.await("it is ready again", Lab.PATIENCE, service::isReady, service::readiness);
    }
}
