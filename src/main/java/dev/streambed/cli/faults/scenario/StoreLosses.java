package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.Answer;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.oracle.Change.Content;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faults.proxy.Fault;
import dev.streambed.cli.faults.proxy.Scope;
import dev.streambed.completion.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The store forgets everything: it is filled again from the log, without the model. */
final class StoreLosses {
    private static final int DOCUMENTS = 400;
    private static final int EVENTS = 400;
    private static final double RATE = 25;
    private static final String REFILLED =
            "makes it again and refills it from the log, without the model, before it answers";

    private StoreLosses() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "store.dropped",
                        "the collection is dropped while nothing is to be written",
                        REFILLED,
                        Setup.PLAIN.withStubOnly(),
                        StoreLosses::dropped),
                new Scenario(
                        "store.dropped-under-load",
                        "the collection is dropped amid upserts",
                        REFILLED,
                        Setup.PLAIN,
                        StoreLosses::droppedUnderLoad),
                new Scenario(
                        "store.dropped-and-killed",
                        "the collection is dropped, and kill -9 amid the refill",
                        REFILLED,
                        Setup.PLAIN,
                        StoreLosses::droppedAndKilled));
    }

    private static void dropped(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        List<Change> first = indexed(lab);
        double tokens = service.metric("streambed_embed_tokens_real_total");
        lab.dropCollection(service);
        // Equal content: answered without the model, and only when the rows that it stands for are there again.
        List<Change> same = again(lab, first);
        lab.feed().burst(same);
        lab.awaitAnswered(2 * DOCUMENTS);
        expectUnchanged(lab, same);
        double after = service.metric("streambed_embed_tokens_real_total");
        lab.expect("the model computed " + (after - tokens) + " tokens", after == tokens);
    }

    private static void droppedUnderLoad(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        List<Change> first = indexed(lab);
        lab.feed().trickle(lab.workload().next(EVENTS, DOCUMENTS), RATE);
        lab.awaitAnswered(DOCUMENTS + 20 + lab.random().nextInt(60));
        // It may have been done, and its answer lost with the stage that is started anew.
        lab.mayRepeat(service);
        lab.dropCollection(service);
        List<Change> same = again(lab, first);
        lab.feed().burst(same);
        lab.awaitAnswered(2 * DOCUMENTS + EVENTS);
        expectUnchanged(lab, same);
    }

    private static void droppedAndKilled(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        List<Change> first = indexed(lab);
        lab.store().inject(new Fault.Slow(Duration.ofMillis(200 + lab.random().nextInt(600)), Scope.WRITES));
        long dropped = System.currentTimeMillis();
        lab.dropCollection(service);
        List<Change> same = again(lab, first);
        lab.feed().burst(same);
        Patience.await(
                "the first rows are back",
                Lab.PATIENCE,
                () -> lab.firstWriteAfter(dropped).isPresent(),
                service::tail);
        lab.pause(Duration.ZERO, Duration.ofMillis(300));
        // Not measured as the return from a kill: the refill comes before the first answer.
        lab.kill(service);
        long refilled = refilledTasks(service);
        int tasks = lab.partitionsOf(lab.config().embeddingsTopic());
        lab.expect(refilled + " of " + tasks + " partitions were refilled when it was killed", refilled < tasks);
        service = lab.start(lab.plan());
        lab.awaitAnswered(2 * DOCUMENTS);
        double computed = service.metric("streambed_embed_tokens_real_total");
        lab.expect("the model computed " + computed + " tokens after the kill", computed == 0);
        expectUnchanged(lab, same);
        lab.expect("not ready: " + service.readiness(), service.awaitReady().isReady());
    }

    /** As many documents, all in the store. */
    private static List<Change> indexed(Lab lab) {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            Content content = lab.workload().content(lab.random().nextInt(15) == 0 ? 400 : 8);
            changes.add(lab.workload().update("lasting-" + i, content));
        }
        lab.feed().burst(changes);
        lab.awaitAnswered(DOCUMENTS);
        return changes;
    }

    private static List<Change> again(Lab lab, List<Change> changes) {
        List<Change> again = new ArrayList<>();
        for (Change change : changes) {
            Content content = change.content();
            if (content != null) {
                again.add(lab.workload().update(change.documentId(), content));
            }
        }
        return again;
    }

    /** Tasks that have written again what their heads name, since the collection was gone. */
    private static long refilledTasks(ServiceProcess service) {
        String output = service.process().output();
        return output.substring(Math.max(0, output.lastIndexOf("index starts anew")))
                .lines()
                .filter(line -> line.contains(" events were done again"))
                .count();
    }

    /** EMBED calls so what it does not give to the model. */
    private static void expectUnchanged(Lab lab, List<Change> same) {
        lab.expect(
                "some were not called unchanged: " + lab.answers().outcomes(),
                same.stream().allMatch(change -> isAnswered(lab, change, Outcome.UNCHANGED)));
    }

    private static boolean isAnswered(Lab lab, Change change, Outcome outcome) {
        List<Answer> answers = lab.answers().of(change.eventId());
        return Set.of(outcome)
                .equals(Set.copyOf(answers.stream().map(Answer::outcome).toList()));
    }
}
