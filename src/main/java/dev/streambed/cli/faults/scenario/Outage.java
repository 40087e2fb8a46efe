package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.ClusterView;
import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import java.time.Duration;
import java.util.Set;

/**
 * A time in which the store takes nothing, and what is expected of every one: INDEX holds and says why, in readiness, metric and log; EMBED
 * goes on, so that the log grows; nobody leaves the groups; and soon after the store's return the hold is over.
 *
 * @param begin breaks the store
 * @param heal brings it back
 * @param atLeast how long it lasts once INDEX holds
 * @param atMost likewise
 * @param said what readiness must say
 * @param logged what the log must say
 */
record Outage(Runnable begin, Runnable heal, Duration atLeast, Duration atMost, String said, String logged) {
    private static final int DOCUMENTS = 300;

    /** Events a second: as many as go on to come until the store is back. */
    static final int RATE = 20;

    /** Plays it amid a feed of so many events. */
    void play(Lab lab, int events) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.feed().trickle(lab.workload().next(events, DOCUMENTS), RATE);
        lab.awaitAnswered(30 + lab.random().nextInt(50));
        try (ClusterView cluster = ClusterView.of(lab)) {
            Set<String> members = cluster.members();
            begin.run();
            Patience.await("INDEX holds", Lab.PATIENCE, () -> isHolding(service), service::tail);
            long log = cluster.logRecords();
            String readiness = service.readiness();
            lab.expect(
                    "ready, or not saying why: " + readiness,
                    !service.isReady() && readiness.contains("index holds: ") && readiness.contains(said));
            lab.expect("not alive", service.isLive());
            lab.expect(
                    "no word of it in the log: " + service.tail(),
                    service.process().output().contains(logged));
            lab.pause(atLeast, atMost);
            lab.expect("it does not hold any more", isHolding(service));
            lab.expect("EMBED did not go on", cluster.logRecords() > log);
            lab.storeReturns(heal);
            Patience.await("the hold ends", Lab.PATIENCE, () -> !isHolding(service), service::readiness);
            lab.expect("not ready with the store back: " + service.readiness(), service.isReady());
            lab.expect("no document is to blame", service.metric("streambed_index_poison_total") == 0);
            lab.expect(
                    "a member left its group: " + members + ", then " + cluster.members(),
                    cluster.members().equals(members));
        }
    }

    private static boolean isHolding(ServiceProcess service) {
        return service.metric("streambed_index_hold") > 0;
    }
}
