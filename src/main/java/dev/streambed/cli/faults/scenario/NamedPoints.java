package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.Scope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The service is killed at the moments where it would hurt most. */
final class NamedPoints {
    private static final int EVENTS = 400;
    private static final int DOCUMENTS = 250;
    private static final int ROUNDS = 2;

    /** Until one kill has hit what it is for. */
    private static final int MOST_ROUNDS = 6;

    private static final long SLOW_TOKENS = 300;

    /** Slow enough that a commit comes before everything is done, fast enough that results come before the next. */
    private static final long LEDGER_TOKENS = 1_000;

    /** Longer than a round: what is sent is not retired before the kill. */
    private static final String COMMIT_INTERVAL = "kafka.commit.interval.ms";

    private NamedPoints() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "service.kill-sent",
                        "kill -9 when results are in the log and no commit has followed them: before the first one, and when the ledger has their events",
                        "the events are done again, which their second answers show, and nothing is lost or called superseded",
                        Setup.PLAIN.withStubOnly().withService(COMMIT_INTERVAL, "5000"),
                        NamedPoints::afterTheResult),
                new Scenario(
                        "service.kill-upsert",
                        "kill -9 amid an upsert: taken by the store and not yet answered, or sent and not yet taken",
                        "the rows are written again, to the same ids",
                        Setup.PLAIN,
                        NamedPoints::amidAnUpsert),
                new Scenario(
                        "service.kill-reading-back",
                        "kill -9 while a restarted service reads back what was in flight, twice in a row",
                        "the ledger still names everything at the third start",
                        Setup.PLAIN.withStubOnly(),
                        NamedPoints::whileReadingBack));
    }

    private static void afterTheResult(Lab lab) {
        ServiceProcess.Plan slower = lab.plan().withStubRate(LEDGER_TOKENS);
        ServiceProcess service = lab.start(slower).awaitReady();
        killAfterResults(lab, service); // before the first commit: the events are read again
        service = lab.start(slower).awaitReady();
        lab.keepBusy(EVENTS, DOCUMENTS);
        lab.awaitInLedger(service, 100);
        killAfterResults(lab, service); // after one: the ledger names them
        long before = begunByEmbed(lab, service);
        service = lab.start(lab.plan()).awaitReady();
        lab.expect("the ledger named nothing", begunByEmbed(lab, service) > before);
        // Had a commit followed the results, neither the offsets nor the ledger would have led to their events.
        Patience.await(
                "events whose results were in the log are answered again",
                Lab.PATIENCE,
                () -> lab.answers().repeats() > 0,
                () -> ", with " + lab.answers().answered() + " answers");
    }

    private static void killAfterResults(Lab lab, ServiceProcess service) {
        long before = lab.recordsOf(lab.config().embeddingsTopic());
        int least = 1 + lab.random().nextInt(40);
        lab.keepBusy(EVENTS, DOCUMENTS);
        Patience.await(
                least + " results in the log",
                Lab.PATIENCE,
                () -> lab.recordsOf(lab.config().embeddingsTopic()) >= before + least);
        lab.kill(service);
    }

    private static void amidAnUpsert(Lab lab) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            ServiceProcess service = lab.start(lab.plan()).awaitReady();
            lab.keepBusy(EVENTS, DOCUMENTS);
            lab.awaitAnswered(lab.answers().answered() + 20 + lab.random().nextInt(60));
            lab.mayRepeat(service);
            if (round % 2 == 0) {
                // The proxy tells of a write when the store has answered, and lets the service wait until it was told.
                CountDownLatch killed = new CountDownLatch(1);
                lab.onNextWrite(() -> {
                    service.process().kill();
                    killed.countDown();
                });
                boolean unused = killed.await(Lab.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } else {
                lab.store().inject(new Fault.Hang(Scope.WRITES));
                Patience.await(
                        "an upsert is under way",
                        Lab.PATIENCE,
                        () -> lab.store().hanging() > 0);
                service.process().kill();
                lab.store().pass();
            }
            lab.expect("the service is gone", !service.process().isAlive());
        }
    }

    private static void whileReadingBack(Lab lab) {
        // Slow enough that much is still in flight when a commit has put it into the ledger.
        ServiceProcess.Plan slow = lab.plan().withStubRate(SLOW_TOKENS);
        ServiceProcess first = lab.start(slow).awaitReady();
        lab.keepBusy(EVENTS, DOCUMENTS);
        lab.awaitInLedger(first, 100);
        lab.pause(Duration.ZERO, Duration.ofMillis(200));
        lab.kill(first);
        // A slow way to the broker, so that the reading takes its time.
        lab.kafka().slow(Duration.ofMillis(30), 200_000);
        int amid = 0;
        for (int kill = 0; kill < ROUNDS || (amid == 0 && kill < MOST_ROUNDS); kill++) {
            long before = begun(first);
            long openBefore = before - ended(first);
            ServiceProcess again = lab.start(slow);
            Patience.await("what was in flight is read back", Lab.PATIENCE, () -> begun(again) > before, again::tail);
            lab.pause(Duration.ZERO, Duration.ofMillis(200));
            again.process().kill();
            amid += begun(again) - ended(again) > openBefore ? 1 : 0;
        }
        lab.expect("no kill came before the reading back had ended", amid > 0);
        lab.kafka().pass();
    }

    /** Readings of the tasks of all starts in its directory. */
    private static long begun(ServiceProcess service) {
        return lines(service, ": reading back ");
    }

    private static long begunByEmbed(Lab lab, ServiceProcess service) {
        String thread = "[" + lab.config().pipeline().embedApplicationId();
        return service.process()
                .output()
                .lines()
                .filter(line -> line.contains(thread) && line.contains(": reading back "))
                .count();
    }

    private static long ended(ServiceProcess service) {
        return lines(service, ": events in flight read back");
    }

    private static long lines(ServiceProcess service, String with) {
        return service.process()
                .output()
                .lines()
                .filter(line -> line.contains(with))
                .count();
    }
}
