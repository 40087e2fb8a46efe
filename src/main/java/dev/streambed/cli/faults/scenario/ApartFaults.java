package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Cluster;
import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.Scope;
import dev.streambed.cli.faults.proxy.TcpProxy;
import dev.streambed.cli.faulty.EmbedderFault;
import dev.streambed.cli.service.Role;
import java.time.Duration;
import java.util.List;

/**
 * Topics are acknowledged apart: one lies on a broker that is out of reach for a while, the others do not. What was forwarded to the one, and what was noted of it
 * in the others, part ways when the service is killed then. This is what the stage's epochs are for.
 */
final class ApartFaults {
    private static final int EVENTS = 600;
    /** Hardly any document twice: each result must be one that only its own event can bring back. */
    private static final int DOCUMENTS = 1_000_000;

    private static final int REFUSED = 50;

    /** Long, so that most results of the moment are in one epoch. */
    private static final String COMMIT_INTERVAL_MILLIS = "3000";

    private ApartFaults() {}

    static List<Scenario> all() {
        Setup setup = Setup.PLAIN.withStubOnly();
        Setup slowCommits = setup.withService("kafka.commit.interval.ms", COMMIT_INTERVAL_MILLIS);
        return List.of(
                new Scenario(
                        "broker.apart.log",
                        "the broker of the log is out of reach while that of the changelogs is not, results pile up, kill -9",
                        "what was noted of a result that the log has not got makes nobody forget the event",
                        slowCommits,
                        ApartFaults::log),
                new Scenario(
                        "broker.apart.completions",
                        "the broker of the completions is out of reach while that of the changelogs is not, answers pile up, kill -9",
                        "what was noted of an answer that nobody has got makes nobody forget the event",
                        slowCommits,
                        ApartFaults::completions),
                new Scenario(
                        "broker.apart.expired",
                        "the broker of the log is out of reach for longer than the producer tries",
                        "the thread is replaced and says why; all is done again from the ledger",
                        setup.withService("kafka.producer.request.timeout.ms", "3000")
                                .withService("kafka.producer.delivery.timeout.ms", "6000"),
                        ApartFaults::expired));
    }

    private static void log(Lab lab) {
        ServiceProcess service = fast(lab);
        service.embedder(EmbedderFault.HANG);
        lab.feed().burst(lab.workload().next(EVENTS, DOCUMENTS));
        String topic = lab.config().embeddingsTopic();
        loseWhatIsSent(lab, service, Role.EMBED, topic, () -> service.embedder(EmbedderFault.NONE));
    }

    private static void completions(Lab lab) {
        ServiceProcess service = fast(lab);
        lab.store().inject(new Fault.Hang(Scope.WRITES));
        lab.feed().burst(lab.workload().next(EVENTS, DOCUMENTS));
        String topic = lab.config().topics().completions();
        loseWhatIsSent(lab, service, Role.INDEX, topic, lab.store()::pass);
    }

    /** With a stub that is never waited for. */
    private static ServiceProcess fast(Lab lab) {
        return lab.start(lab.plan().withStubRate(0)).awaitReady();
    }

    /**
     * Kills the service while a topic refuses its results and the changelogs have what it noted in the same commit.
     *
     * @param role the stage whose results are refused
     * @param release lets the work of everything in flight end
     */
    private static void loseWhatIsSent(Lab lab, ServiceProcess service, Role role, String topic, Runnable release) {
        Cluster cluster = lab.cluster();
        String group = role.group(lab.config()).id();
        int inFlight = EVENTS * 3 / 4;
        Patience.await(
                inFlight + " events in flight whose offsets are committed",
                Lab.PATIENCE,
                () -> service.eventsUnanswered(role) >= inFlight && cluster.lag(group) == 0,
                () -> ", but " + service.eventsUnanswered(role) + ", lag " + cluster.lag(group));
        TcpProxy there = lab.moveAway(topic);
        there.cut();
        long results = cluster.records(topic);
        long noted = noted(lab, group);
        double waiting = service.eventsUnanswered(role);
        release.run();
        // What comes now stands in the ledger by the same commit as the results: so it tells when that commit is made.
        lab.feed().trickle(lab.workload().next(100, DOCUMENTS), 40);
        Patience.await(
                "the commit in which the results are reaches the changelogs",
                Lab.PATIENCE,
                () -> waiting - service.eventsUnanswered(role) >= REFUSED && noted(lab, group) > noted,
                service::tail);
        lab.pause(Duration.ofMillis(500), Duration.ofMillis(1_500)); // for the rest of what that commit may write
        int sent = (int) (waiting - service.eventsUnanswered(role));
        lab.expect("only " + sent + " results were sent to " + topic + " while it refused them", sent >= REFUSED);
        lab.expect(topic + " took results", cluster.records(topic) == results);
        lab.kill(service);
        there.pass();
        var unused = lab.startAgain(lab.plan().withStubRate(0));
    }

    /** Records of the changelog of a ledger. */
    private static long noted(Lab lab, String group) {
        return lab.cluster().records(group + "-in-flight-changelog");
    }

    private static void expired(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.keepBusy(100, 300);
        lab.awaitAnswered(50);
        String topic = lab.config().embeddingsTopic();
        TcpProxy there = lab.moveAway(topic);
        there.cut();
        lab.keepBusy(EVENTS, 300);
        // Until the sends expire EMBED takes more in: whatever is unanswered now may be in flight, and done again,
        // then.
        lab.allowRepeats(lab.feed().count() - lab.answers().answered());
        Patience.await(
                "not being ready because of " + topic,
                Lab.PATIENCE,
                () -> !service.isReady() && service.readiness().contains(topic),
                service::readiness);
        lab.pause(Duration.ZERO, Duration.ofSeconds(5));
        there.pass();
        int answered = lab.answers().answered();
        lab.awaitAnswered(answered + 50);
        lab.expect("it is the same process", service.process().isAlive());
    }
}
