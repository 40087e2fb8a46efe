package dev.streambed.cli.faults.lab;

import dev.streambed.cli.faults.oracle.Change;
import dev.streambed.cli.faults.oracle.Findings;
import dev.streambed.cli.faults.oracle.HostileEvent;
import dev.streambed.cli.faults.oracle.Judge;
import dev.streambed.cli.faults.process.MilvusServer;
import dev.streambed.cli.faults.process.RunFailedException;
import dev.streambed.cli.faults.process.ServiceProcess;
import dev.streambed.cli.faulty.StubModel;
import dev.streambed.cli.service.Services;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.model.Placement;
import dev.streambed.embed.model.SentenceModel;
import dev.streambed.index.Row;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Plays a scenario once, mends what it broke, waits for every answer, and judges. */
public final class Run {
    /** For all answers, once everything is mended. */
    private static final Duration SETTLE = Duration.ofMinutes(5);

    private Run() {}

    /**
     * One run, on the caller's thread. Does not throw for what goes wrong in it: that is its result.
     *
     * @param directory of its own
     */
    public static RunResult play(Scenario scenario, long seed, Path directory, MilvusServer milvus) {
        return play(scenario, seed, directory, milvus, SETTLE);
    }

    /**
     * The same with another patience.
     *
     * @param settle for all answers, once everything is mended; what has none then is lost
     */
    public static RunResult play(Scenario scenario, long seed, Path directory, MilvusServer milvus, Duration settle) {
        long started = System.nanoTime();
        List<String> failures = new ArrayList<>();
        try (Lab lab = Lab.open(directory, seed, scenario.setup(), milvus)) {
            try {
                scenario.script().play(lab);
            } catch (RunFailedException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
            settle(lab, settle, failures);
            endServices(lab);
            String unread = lab.awaitAnswersRead();
            if (unread != null) {
                failures.add(unread);
            }
            Findings findings = judge(lab);
            failures.addAll(lab.failures());
            failures.addAll(findings.messages());
            if (findings.repeats() > lab.repeatsAllowed()) {
                failures.add(findings.repeats() + " answers were repeated; at most " + lab.repeatsAllowed()
                        + " events were in flight when something was killed");
            }
            Measurements measured = lab.measurements();
            return new RunResult(
                    scenario.name(),
                    seed,
                    lab.usesModel(),
                    lab.feed().count() + lab.feed().hostile().size(),
                    findings.lost(),
                    findings.stale(),
                    findings.early(),
                    findings.wrong(),
                    findings.repeats(),
                    lab.repeatsAllowed(),
                    lab.unbounded(),
                    failures,
                    measured.killToProcessing(),
                    measured.takeover(),
                    measured.returnToSuccess(),
                    measured.slowed(),
                    seconds(started));
        } catch (Exception e) {
            failures.add("the run broke off: " + e);
            return new RunResult(
                    scenario.name(),
                    seed,
                    false,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    failures,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    seconds(started));
        }
    }

    private static double seconds(long startedNanos) {
        return Math.round((System.nanoTime() - startedNanos) / 1e6) / 1e3;
    }

    /** Everything is as it should be again; now every event gets its answer, or is lost. */
    private static void settle(Lab lab, Duration settle, List<String> failures) {
        lab.heal();
        lab.feed().awaitSent(Lab.PATIENCE);
        List<String> events = lab.promised().stream()
                .filter(change -> !(change.bulk() && lab.backlogStays()))
                .map(Change::eventId)
                .collect(Collectors.toList());
        lab.feed().hostile().forEach(event -> events.add(String.valueOf(event.eventId())));
        if (!lab.answers().awaitAll(events, settle)) {
            List<String> open = lab.answers().unanswered(events.stream());
            failures.add(open.size() + " events without an answer " + settle.toSeconds() + " s after the last fault, "
                    + open.stream().limit(5).toList()
                    + lab.services().stream()
                            .filter(service -> service.process().isAlive())
                            .map(ServiceProcess::readiness)
                            .toList());
        }
    }

    private static void endServices(Lab lab) {
        for (ServiceProcess service : lab.services()) {
            if (service.process().isAlive()) {
                int exit = service.process().terminate();
                lab.expect(service.process().name() + " ended with " + exit + " on SIGTERM", exit == 0);
            }
        }
    }

    private static Findings judge(Lab lab) {
        List<Change> sent = lab.consumed();
        try (EmbeddingEngine engine = Services.engine(
                        lab.config(),
                        files -> lab.usesModel() ? SentenceModel.open(files, Placement.CPU) : new StubModel(0),
                        new SimpleMeterRegistry());
                Store store = lab.storeItself(engine.dimension(), engine.fingerprint())) {
            List<HostileEvent> hostile = lab.feed().hostile();
            Set<String> documents = sent.stream().map(Change::documentId).collect(Collectors.toSet());
            hostile.stream().flatMap(event -> event.documentId().stream()).forEach(documents::add);
            List<Row> rows = store.rows(documents);
            long count = store.count();
            lab.expect(
                    count + " rows are in the store, " + rows.size() + " of them of the run's documents",
                    count == rows.size());
            return Judge.judge(
                    sent,
                    lab.feed().attempted(),
                    hostile,
                    lab.answers(),
                    lab.acknowledged(),
                    lab.setup().failuresAllowed(),
                    engine,
                    rows);
        }
    }
}
