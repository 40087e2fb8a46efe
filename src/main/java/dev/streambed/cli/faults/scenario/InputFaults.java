package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.Answer;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.oracle.Change.Content;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.completion.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Sound changes in unkind numbers and orders. */
final class InputFaults {
    private static final String LARGE = "large";

    /** Words that make some 4,000 windows of 16 tokens. */
    private static final int LARGE_WORDS = 42_000;

    private InputFaults() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "input.lanes",
                        "sixty versions of each of some documents, over both lanes, in any order",
                        "the highest version wins, those that come too late are SUPERSEDED, and none is refused",
                        Setup.PLAIN,
                        InputFaults::lanes),
                new Scenario(
                        "input.hot-document",
                        "thousands of changes of two documents, one with versions and one without, among others",
                        "most are SUPERSEDED, the last one wins, and the others are indexed",
                        Setup.PLAIN.withStubOnly(),
                        InputFaults::hotDocument),
                new Scenario(
                        "input.many-chunks",
                        "documents of some 4,000 chunks, one of which shrinks to a few later",
                        "others are done while these are embedded, and not one row too many stays",
                        Setup.PLAIN
                                .withStubOnly()
                                .withService("chunk.tokens", "16")
                                .withService("chunk.overlap", "0"),
                        InputFaults::manyChunks));
    }

    private static void lanes(Lab lab) {
        lab.start(lab.plan()).awaitReady();
        List<Change> changes = new ArrayList<>();
        for (int version = 0; version < 60; version++) {
            for (int document = 0; document < 12; document++) {
                changes.add(lab.workload().update("both-" + document, words(lab)));
            }
        }
        Collections.shuffle(changes, lab.random());
        int half = changes.size() / 2;
        lab.feed().burst(changes.subList(0, half));
        lab.awaitAnswered(half / 3);
        lab.feed().burst(changes.subList(half, changes.size()));
        lab.awaitAnswered(changes.size());
        lab.expect(
                "the outcomes were " + lab.answers().outcomes(),
                lab.answers().outcomes().containsKey(Outcome.SUPERSEDED));
    }

    private static void hotDocument(Lab lab) {
        lab.start(lab.plan()).awaitReady();
        List<Change> hot = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            hot.add(lab.workload().update("hot", words(lab)));
            hot.add(lab.workload().updateByArrival("hot-by-arrival", words(lab)));
        }
        List<Change> others = others(lab, 60);
        lab.feed().trickle(others, 15);
        lab.feed().burst(hot);
        lab.awaitAnswered(hot.size() + others.size());
        long superseded = hot.stream()
                .filter(change -> first(lab, change).outcome() == Outcome.SUPERSEDED)
                .count();
        lab.expect(
                superseded + " of " + hot.size() + " changes of two documents were superseded",
                superseded >= 0.9 * hot.size());
        long notDone = others.stream()
                .filter(change -> first(lab, change).outcome() != Outcome.INDEXED)
                .count();
        lab.expect(notDone + " of the other documents were not indexed", notDone == 0);
    }

    private static void manyChunks(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.feed().burst(others(lab, 20));
        lab.awaitAnswered(20);

        Change large = lab.workload().update(LARGE, lab.workload().content(LARGE_WORDS));
        Change stays = lab.workload().update("stays-large", lab.workload().content(LARGE_WORDS));
        lab.feed().burst(List.of(large, stays));
        lab.awaitInFlight(service, 2);
        List<Change> others = others(lab, 60);
        lab.feed().trickle(others, 15);
        lab.awaitAnswered(22 + others.size());
        long done = first(lab, large).appendedAtMillis();
        long before = others.stream()
                .filter(change -> first(lab, change).appendedAtMillis() < done)
                .count();
        int chunks = first(lab, large).chunks();
        lab.expect("it had " + chunks + " chunks", chunks > 3_000 && chunks <= 4_096);
        lab.expect(
                before + " of " + others.size() + " other documents were done before that of " + chunks + " chunks",
                before >= 0.9 * others.size());

        Change shrunk = lab.workload().update(LARGE, words(lab));
        lab.feed().burst(List.of(shrunk));
        lab.awaitAnswered(23 + others.size());
        int left = first(lab, shrunk).chunks();
        lab.expect("it still has " + left + " chunks", left < 10);
    }

    private static List<Change> others(Lab lab, int documents) {
        List<Change> others = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            others.add(lab.workload().updateByArrival("other-" + lab.feed().count() + "-" + i, words(lab)));
        }
        return others;
    }

    private static Content words(Lab lab) {
        return lab.workload().content(5 + lab.random().nextInt(25));
    }

    private static Answer first(Lab lab, Change change) {
        return lab.answers().of(change.eventId()).get(0);
    }
}
