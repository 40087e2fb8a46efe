package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.ClusterView;
import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.Answer;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.oracle.Change.Content;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.Call;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.Scope;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.ReasonCode;
import dev.streambed.index.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The store works, but not as it should. */
final class StoreFaults {
    private static final int EVENTS = 500;
    private static final int DOCUMENTS = 300;
    private static final double RATE = 25;

    /** With the poisonous ones. */
    private static final int THOUSAND = 1_000;

    private StoreFaults() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "store.slow",
                        "every call takes half a second to a second",
                        "goes on without holding, in fewer and larger calls",
                        Setup.PLAIN,
                        StoreFaults::slow),
                new Scenario(
                        "store.lost-answer",
                        "writes are done, and their callers told that they were not",
                        "writes them again, with the same result, and answers once",
                        Setup.PLAIN,
                        StoreFaults::lostAnswer),
                new Scenario(
                        "store.poison",
                        "two rows among a thousand are refused for good, of documents that are in the store",
                        "FAILED for these documents alone, whose version before stays until one comes that the store takes",
                        Setup.PLAIN.withStubOnly().allowing(Outcome.FAILED),
                        StoreFaults::poison),
                new Scenario(
                        "store.absent",
                        "the service starts while there is no store",
                        "says what it waits for while EMBED works, and starts when the store comes",
                        Setup.PLAIN,
                        StoreFaults::absent));
    }

    private static void slow(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), RATE);
        lab.awaitAnswered(30);
        Duration latency = Duration.ofMillis(500 + lab.random().nextInt(500));
        lab.store().inject(new Fault.Slow(latency, Scope.DATA));
        double rows = service.metric("streambed_index_call_rows_sum");
        double calls = service.metric("streambed_index_call_rows_count");
        lab.awaitAnswered(lab.answers().answered() + EVENTS / 2);
        double each = (service.metric("streambed_index_call_rows_sum") - rows)
                / (service.metric("streambed_index_call_rows_count") - calls);
        lab.expect("calls of " + each + " rows at " + latency.toMillis() + " ms a call", each > 2);
        lab.expect("it held: " + service.tail(), !service.process().output().contains("Writing is held"));
        lab.expect("not ready: " + service.readiness(), service.isReady());
    }

    private static void lostAnswer(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), RATE);
        for (int round = 0; round < 4; round++) {
            lab.awaitAnswered(lab.answers().answered() + 20 + lab.random().nextInt(60));
            long before = lostAnswers(lab);
            lab.store().inject(new Fault.LoseAnswer(), 1 + lab.random().nextInt(8));
            Patience.await("an answer is lost", Lab.PATIENCE, () -> lostAnswers(lab) > before);
        }
        lab.awaitAnswered(lab.answers().answered() + 50);
        // The last of them may still be to come, and hold the writer for a moment.
        Patience.await("it is ready", Lab.PATIENCE, service::isReady, service::readiness);
    }

    private static long lostAnswers(Lab lab) {
        return lab.store().count("Upsert", Call.Outcome.LOST) + lab.store().count("Delete", Call.Outcome.LOST);
    }

    /** Slow calls, so that a poisonous row is one of many in its call. */
    private static void poison(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        int one = lab.random().nextInt(THOUSAND);
        String victim = "sound-" + one;
        // The last word on this one is its failure: the judge asks for the version before it.
        String stays = "sound-" + (one + 1 + lab.random().nextInt(THOUSAND - 1)) % THOUSAND;
        lab.feed()
                .burst(List.of(
                        lab.workload().update(victim, lab.workload().content(8)),
                        lab.workload().update(stays, lab.workload().content(8))));
        lab.awaitAnswered(2);

        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < THOUSAND; i++) {
            changes.add(lab.workload().update("sound-" + i, lab.workload().content(8)));
        }
        List<Change> poisonous = changes.stream()
                .filter(change -> Set.of(victim, stays).contains(change.documentId()))
                .toList();
        Set<String> refused = Set.of(Row.idOf(victim, 0), Row.idOf(stays, 0));
        lab.store().poison(refused::contains);
        lab.store().inject(new Fault.Slow(Duration.ofMillis(700), Scope.WRITES));
        lab.feed().burst(changes);
        lab.awaitAnswered(2 + THOUSAND);
        lab.expect(
                "answers " + lab.answers().outcomes(), lab.answers().outcomes().getOrDefault(Outcome.FAILED, 0) == 2);
        poisonous.forEach(change -> expectRefused(lab, change));
        lab.expect(
                "as many documents refused: " + service.metric("streambed_index_poison_total"),
                service.metric("streambed_index_poison_total") == 2);
        lab.expect("not ready: " + service.readiness(), service.isReady());
        lab.store().pass();

        // The same content again is unchanged to EMBED, but the store never took it.
        Change same = lab.workload().update(victim, contentOf(changes.get(one)));
        lab.feed().burst(List.of(same));
        lab.awaitAnswered(2 + THOUSAND + 1);
        expectRefused(lab, same);

        lab.store().poison(id -> false);
        Change mended = lab.workload().update(victim, lab.workload().content(8));
        lab.feed().burst(List.of(mended));
        lab.awaitAnswered(2 + THOUSAND + 2);
        lab.expect("mended, " + lab.answers().of(mended.eventId()), isAnswered(lab, mended, Outcome.INDEXED));
    }

    private static Content contentOf(Change update) {
        return Objects.requireNonNull(update.content());
    }

    private static void expectRefused(Lab lab, Change change) {
        List<Answer> answers = lab.answers().of(change.eventId());
        lab.expect(
                "the poisonous document was answered " + answers,
                isAnswered(lab, change, Outcome.FAILED) && answers.get(0).reason() == ReasonCode.INDEX_REFUSED);
    }

    private static boolean isAnswered(Lab lab, Change change, Outcome outcome) {
        List<Answer> answers = lab.answers().of(change.eventId());
        return !answers.isEmpty() && answers.stream().allMatch(answer -> answer.outcome() == outcome);
    }

    private static void absent(Lab lab) {
        lab.store()
                .inject(
                        lab.random().nextBoolean()
                                ? new Fault.Fail(Fault.RpcStatus.UNAVAILABLE, Scope.ALL)
                                : new Fault.Hang(Scope.ALL));
        ServiceProcess service = lab.start(lab.plan());
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), RATE);
        try (ClusterView cluster = ClusterView.of(lab)) {
            Patience.await("EMBED works", Lab.PATIENCE, () -> cluster.logRecords() > 50, service::tail);
        }
        Patience.await(
                "INDEX says why it is not ready",
                Lab.PATIENCE,
                () -> service.readiness().contains("index waits: "),
                service::readiness);
        lab.store().pass();
        ServiceProcess unused = service.awaitReady();
    }
}
