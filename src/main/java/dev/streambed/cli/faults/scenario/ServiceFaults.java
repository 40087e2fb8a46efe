package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.Scope;
import dev.streambed.cli.service.Role;
import java.time.Duration;
import java.util.List;

/** The service's own process is killed, stopped and starved. */
final class ServiceFaults {
    private static final int EVENTS = 700;
    private static final int DOCUMENTS = 350;
    private static final int IN_FLIGHT = 100;
    private static final int KILLS = 3;

    /** Events that INDEX has not answered when it is stopped. */
    private static final int PENDING = 20;

    /** Tokens a second, so that much stays in flight. */
    private static final long SLOW_TOKENS = 1_000;

    private ServiceFaults() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "service.kill",
                        "kill -9 at random moments, three times, with at least 100 events in flight",
                        "answers again at most 15 s after each",
                        Setup.PLAIN,
                        ServiceFaults::kill),
                new Scenario(
                        "service.zombie",
                        "SIGSTOP amid writes, which then reach the store, for longer than the session timeout while another instance"
                                + " takes over, then SIGCONT",
                        "the zombie writes nothing older over what its successor wrote",
                        Setup.PLAIN,
                        ServiceFaults::zombie),
                new Scenario(
                        "service.zombie-heir",
                        "SIGSTOP amid the embedding, for longer than the session timeout while another instance takes over and has events of the"
                                + " same partitions in flight, then SIGCONT, and kill -9 of the other",
                        "what the zombie writes late takes nothing from its successor's ledger: all is answered",
                        Setup.PLAIN.withStubOnly(),
                        ServiceFaults::zombieHeir),
                new Scenario(
                        "service.terminate",
                        "SIGTERM at half load, and a new start",
                        "drains, exits 0, and writes and answers nothing twice",
                        Setup.PLAIN,
                        ServiceFaults::terminate));
    }

    private static void kill(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        for (int kill = 0; kill < KILLS; kill++) {
            lab.keepBusy(500, DOCUMENTS);
            lab.awaitAnswered(lab.answers().answered() + 20 + lab.random().nextInt(100));
            lab.keepBusy(300, DOCUMENTS);
            lab.awaitInFlight(service, IN_FLIGHT);
            service = lab.killAndStartAgain(service, lab.plan());
        }
    }

    private static void zombie(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), 40);
        lab.awaitAnswered(30);
        lab.store().inject(new Fault.Hang(Scope.WRITES));
        Patience.await(
                "writes are under way, and more wait behind them",
                Lab.PATIENCE,
                () -> lab.store().hanging() > 0 && service.eventsUnanswered(Role.INDEX) >= PENDING,
                () -> ", but " + lab.store().hanging() + " and " + service.eventsUnanswered(Role.INDEX));
        lab.mayRepeat(service);
        service.process().freeze();
        lab.expect("no write was under way when it stood still", lab.store().hanging() > 0);
        lab.store().pass();
        ServiceProcess other =
                lab.start(lab.plan().withDirectory(lab.directory("other"))).awaitReady();
        int answered = lab.answers().answered();
        lab.pause(Duration.ofSeconds(12), Duration.ofSeconds(16));
        lab.awaitAnswered(answered + 20);
        service.process().resume();
        lab.pause(Duration.ofSeconds(2), Duration.ofSeconds(6));
        lab.expect("the other instance went on", other.process().isAlive());
    }

    private static void zombieHeir(Lab lab) {
        ServiceProcess.Plan slow = lab.plan().withStubRate(SLOW_TOKENS);
        ServiceProcess service = lab.start(slow).awaitReady();
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), 60);
        lab.awaitInLedger(service, IN_FLIGHT);
        lab.pause(Duration.ZERO, Duration.ofMillis(200)); // anywhere between two commits
        lab.mayRepeat(service);
        service.process().freeze();
        ServiceProcess other = lab.start(slow.withDirectory(lab.directory("other")));
        lab.pause(Duration.ofSeconds(11), Duration.ofSeconds(13));
        lab.awaitInLedger(other.awaitReady(), IN_FLIGHT);
        service.process().resume();
        lab.pause(Duration.ZERO, Duration.ofSeconds(2));
        lab.kill(other);
        lab.feed().awaitSent(Lab.PATIENCE);
        lab.awaitAnswered(EVENTS);
        lab.expect("the zombie went on", service.process().isAlive());
    }

    private static void terminate(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), 30);
        for (int end = 0; end < 2; end++) {
            lab.awaitAnswered(lab.answers().answered() + 50 + lab.random().nextInt(100));
            lab.awaitInFlight(service, 1);
            int exit = service.process().terminate();
            lab.expect("SIGTERM ended it with " + exit, exit == 0);
            service = lab.start(lab.plan()).awaitReady();
        }
        lab.feed().awaitSent(Lab.PATIENCE);
        lab.awaitAnswered(EVENTS);
        lab.expect(
                "written twice: " + lab.rowWrites().again(),
                lab.rowWrites().again().isEmpty());
    }
}
