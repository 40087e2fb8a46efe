package dev.streambed.cli.faults.scenario;

import dev.streambed.cli.faults.lab.Lab;
import dev.streambed.cli.faults.lab.Scenario;
import dev.streambed.cli.faults.lab.Setup;
import dev.streambed.cli.faults.oracle.Answer;
import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.process.Patience;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faulty.EmbedderFault;
import dev.streambed.completion.EventHeaders;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The model fails, in each of its ways. */
final class EmbedderFaults {
    private static final int DOCUMENTS = 200;
    private static final String OUT_OF_MEMORY = "streambed_embed_out_of_memory_total";
    private static final String TOKEN_BUDGET = "streambed_embed_token_budget";

    private EmbedderFaults() {}

    static List<Scenario> all() {
        return List.of(
                new Scenario(
                        "embedder.out-of-memory",
                        "the device has no memory for more than one sequence at a time, and then has again",
                        "batches are halved and tried again, every document is done, and the token budget comes back",
                        Setup.PLAIN,
                        EmbedderFaults::outOfMemory),
                new Scenario(
                        "embedder.not-finite",
                        "one vector of each batch is not finite",
                        "that document alone is FAILED and keeps its version before; sent again afterwards, it is INDEXED",
                        Setup.PLAIN.allowing(Outcome.FAILED),
                        lab -> failing(lab, EmbedderFault.NOT_FINITE)),
                new Scenario(
                        "embedder.exception",
                        "the model throws",
                        "FAILED, the version before stays, the bytes are in the dead letters; sent again afterwards, INDEXED",
                        Setup.PLAIN.allowing(Outcome.FAILED),
                        lab -> failing(lab, EmbedderFault.EXCEPTION)),
                new Scenario(
                        "embedder.hang",
                        "a batch never returns from native code",
                        "it polls on; after embed.batch-timeout it says so in log, metric, readiness and liveness;"
                                + " restarted for that, by SIGTERM or kill -9, it loses nothing",
                        Setup.PLAIN.withService("embed.batch-timeout", "5s").withService("shutdown.timeout", "10s"),
                        EmbedderFaults::hang));
    }

    private static void outOfMemory(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        double configured = service.metric(TOKEN_BUDGET);
        lab.keepBusy(300, DOCUMENTS);
        lab.awaitAnswered(50);
        service.embedder(EmbedderFault.OUT_OF_MEMORY);
        lab.keepBusy(300, DOCUMENTS);
        Patience.await("a batch is halved", Lab.PATIENCE, () -> service.metric(OUT_OF_MEMORY) > 0);
        lab.awaitAnswered(lab.answers().answered() + 100);
        double halved = service.metric(TOKEN_BUDGET);
        lab.expect("the token budget is still " + halved + " of " + configured, halved <= configured / 2);
        lab.expect("it is not ready: " + service.readiness(), service.isReady());
        lab.expect("it is not live", service.isLive());
        service.embedder(EmbedderFault.NONE);
        Patience.await(
                "the token budget grows again",
                Lab.PATIENCE,
                () -> {
                    lab.keepBusy(200, DOCUMENTS);
                    return service.metric(TOKEN_BUDGET) >= configured / 4;
                },
                () -> ", but is " + service.metric(TOKEN_BUDGET));
    }

    private static void failing(Lab lab, EmbedderFault fault) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        List<Change> before = updates(lab);
        lab.feed().burst(before);
        lab.awaitAnswered(before.size());

        service.embedder(fault);
        double batchesBefore = service.metric("streambed_embed_model_seconds_count");
        List<Change> during = updates(lab);
        lab.feed().burst(during);
        lab.awaitAnswered(before.size() + during.size());
        double batches = service.metric("streambed_embed_model_seconds_count") - batchesBefore;
        List<Change> failed =
                during.stream().filter(change -> hasFailed(lab, change)).toList();
        lab.expect("no document failed", !failed.isEmpty());
        if (fault == EmbedderFault.NOT_FINITE) {
            lab.expect(
                    failed.size() + " of " + during.size() + " failed in " + batches
                            + " batches, with one vector wrong in each",
                    failed.size() < during.size() && failed.size() <= batches);
        } else {
            lab.expect(
                    failed.size() + " of " + during.size() + " failed, with every batch throwing",
                    failed.size() == during.size());
        }
        lab.expect("it is not ready: " + service.readiness(), service.isReady());
        lab.expect("it is not live", service.isLive());
        expectDeadLetters(lab, failed);

        service.embedder(EmbedderFault.NONE);
        List<Change> again = new ArrayList<>();
        for (Change change : failed) {
            again.add(Change.of(
                    "again-" + change.eventId(),
                    change.order(),
                    change.bulk(),
                    change.documentId(),
                    change.version(),
                    change.content()));
        }
        lab.feed().burst(again);
        lab.awaitAnswered(before.size() + during.size() + again.size());
        for (Change change : again) {
            Outcome outcome = lab.answers().of(change.eventId()).get(0).outcome();
            lab.expect(change.eventId() + " was answered " + outcome, outcome == Outcome.INDEXED);
        }
    }

    /** A change of each document, with an explicit version, so that it may be sent again. */
    private static List<Change> updates(Lab lab) {
        List<Change> updates = new ArrayList<>();
        for (int document = 0; document < DOCUMENTS; document++) {
            updates.add(lab.workload()
                    .update(
                            "document-" + document,
                            lab.workload().content(5 + lab.random().nextInt(25))));
        }
        return updates;
    }

    private static boolean hasFailed(Lab lab, Change change) {
        Answer answer = lab.answers().of(change.eventId()).get(0);
        if (answer.outcome() != Outcome.FAILED) {
            return false;
        }
        lab.expect(
                change.eventId() + " failed because of " + answer.reason(),
                answer.reason() == ReasonCode.EMBEDDER_FAILED);
        return true;
    }

    private static void expectDeadLetters(Lab lab, List<Change> failed) {
        Map<String, String> letters = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : lab.deadLetters()) {
            letters.put(EventHeaders.text(letter.headers(), EventHeaders.ID), text(letter.value()));
        }
        for (Change change : failed) {
            lab.expect(
                    change.eventId() + " is not in the dead letters as it was sent",
                    text(change.value()).equals(letters.get(change.eventId())));
        }
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    private static void hang(Lab lab) {
        ServiceProcess service = lab.start(lab.plan()).awaitReady();
        lab.keepBusy(300, DOCUMENTS);
        lab.awaitAnswered(50);
        service.embedder(EmbedderFault.HANG);
        lab.keepBusy(400, DOCUMENTS);
        Patience.await("liveness fails", Lab.PATIENCE, () -> !service.isLive());
        lab.expect("liveness says " + service.liveness(), service.liveness().contains("embed.batch-timeout"));
        lab.expect("readiness says " + service.readiness(), service.readiness().contains("embed.batch-timeout"));
        lab.expect(
                "the oldest batch is " + service.metric("streambed_embed_oldest_batch_seconds") + " s old",
                service.metric("streambed_embed_oldest_batch_seconds") > 5);
        Patience.await(
                "the log says so",
                Lab.PATIENCE,
                () -> service.process().output().contains("longer than embed.batch-timeout"));
        lab.expect("it is not running any more", service.process().isAlive());
        // The suite is the orchestrator: some ask first.
        if (lab.random().nextBoolean()) {
            int inFlight = (int) service.eventsInFlight();
            int exit = service.process().terminate();
            lab.expect("SIGTERM amid a batch that hangs ended it with " + exit, exit >= 0);
            lab.allowRepeats(inFlight);
            var unused = lab.start(lab.plan()).awaitReady();
        } else {
            lab.killAndStartAgain(service, lab.plan());
        }
    }
}
