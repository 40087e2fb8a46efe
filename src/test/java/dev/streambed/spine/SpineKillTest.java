package dev.streambed.spine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.embed.EmbeddedText;
import dev.streambed.embed.EmbeddingEngine;
import dev.streambed.embed.EngineOptions;
import dev.streambed.embed.Lane;
import dev.streambed.embed.OnnxEmbeddingEngine;
import dev.streambed.log.EmbeddedChunk;
import dev.streambed.testing.BrokerTest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the service where it hurts, and looks for what was lost. */
@BrokerTest
class SpineKillTest {
    private static final int EVENTS = 1_800;
    private static final int DOCUMENTS = 1_400;
    private static final int KILLS = 3;
    private static final int IN_FLIGHT_AT_LEAST = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path directory = Path.of("unset");

    @Test
    void losesNothingWhenItIsKilledAmidTheWork() throws Exception {
        long seed = Long.getLong("streambed.seed", System.nanoTime() & 0xFFFF_FFFFL);
        System.out.println("SpineKillTest: seed " + seed + " (-Dstreambed.seed=" + seed + ")");
        Workload workload = new Workload(seed, EVENTS, DOCUMENTS);
        List<String> eventIds =
                workload.events().stream().map(Workload.Event::id).toList();
        try (Spine spine = Spine.start(directory);
                AnswerBook answers = spine.answers();
                Producing producing = spine.producing()) {
            send(workload, producing);
            killAmidTheWork(spine, answers, new Random(seed));
            try (ServiceProcess last = spine.service().awaitReady()) {
                answers.awaitAll(eventIds, PATIENCE);
                assertThat(last.terminate()).isZero();
            }
            System.out.println("SpineKillTest: " + answers.firstOutcomes() + ", repeats " + answers.repeats());
            assertThatAnswersAreRight(workload, answers);
            assertThatTheStoreIsExact(workload, spine.rows());
        }
    }

    private static void send(Workload workload, Producing producing) {
        for (Workload.Event event : workload.events()) {
            var unused = producing.sendAs(
                    event.id(),
                    event.topic(),
                    event.documentId().getBytes(StandardCharsets.UTF_8),
                    event.json().getBytes(StandardCharsets.UTF_8));
        }
        producing.flush();
    }

    /** Each time a different number of answers after the start, with enough in flight. */
    private static void killAmidTheWork(Spine spine, AnswerBook answers, Random random) {
        for (int kill = 1; kill <= KILLS; kill++) {
            try (ServiceProcess service = spine.service().awaitReady()) {
                int goal = answers.answered() + 50 + random.nextInt(250);
                double inFlight;
                do {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                    inFlight = service.metric("streambed_stage_live_events");
                    assertThat(answers.answered())
                            .as("killed too late to matter")
                            .isLessThan(EVENTS);
                } while (answers.answered() < goal || inFlight < IN_FLIGHT_AT_LEAST);
                service.kill();
                System.out.printf(
                        "SpineKillTest: kill %d with %.0f events in flight, %d answered%n",
                        kill, inFlight, answers.answered());
            }
        }
    }

    private static void assertThatAnswersAreRight(Workload workload, AnswerBook answers) {
        for (Workload.Event event : workload.events()) {
            assertThat(answers.of(event.id()))
                    .as("%s", event)
                    .extracting(Completion::outcome)
                    .isSubsetOf(Outcome.INDEXED, Outcome.UNCHANGED, Outcome.DELETED, Outcome.SUPERSEDED);
        }
        workload.finals()
                .forEach((documentId, last) -> assertThat(answers.of(last.eventId()))
                        .as("newest of %s", documentId)
                        .extracting(Completion::outcome)
                        .doesNotContain(Outcome.SUPERSEDED));
    }

    private static void assertThatTheStoreIsExact(Workload workload, Map<String, StoredRows.Stored> rows) {
        Map<String, List<EmbeddedChunk>> expected = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        try (EmbeddingEngine engine = OnnxEmbeddingEngine.open(EngineOptions.DEFAULT, new SimpleMeterRegistry())) {
            workload.finals().forEach((documentId, last) -> {
                String text = last.text();
                if (text != null) {
                    EmbeddedText embedded = engine.embed(text, Lane.BULK).join();
                    expected.put(documentId, embedded.chunks());
                    texts.put(documentId, text);
                }
            });
        }
        List<String> ids = new ArrayList<>();
        expected.forEach((documentId, chunks) -> {
            String text = texts.getOrDefault(documentId, "");
            for (int number = 0; number < chunks.size(); number++) {
                EmbeddedChunk chunk = chunks.get(number);
                String id = documentId + "#" + number;
                ids.add(id);
                StoredRows.Stored row = rows.get(id);
                assertThat(row).as(id).isNotNull();
                assertThat(row.text()).as(id).isEqualTo(text.substring(chunk.start(), chunk.end()));
                assertThat(cosine(row.vector(), chunk.vector())).as(id).isGreaterThan(0.9999);
            }
        });
        assertThat(rows.keySet()).as("no row is stale, none is missing").containsExactlyInAnyOrderElementsOf(ids);
    }

    private static double cosine(List<Float> stored, float[] expected) {
        double dot = 0;
        double a = 0;
        double b = 0;
        for (int i = 0; i < expected.length; i++) {
            dot += stored.get(i) * expected[i];
            a += stored.get(i) * stored.get(i);
            b += expected[i] * expected[i];
        }
        return dot / Math.sqrt(a * b);
    }
}
