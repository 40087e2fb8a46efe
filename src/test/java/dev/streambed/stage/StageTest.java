package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.stage.TestResult.Kind;
import dev.streambed.stage.TestStage.Names;
import dev.streambed.testing.BrokerTest;
import dev.streambed.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The asynchronous stage over a real broker, undisturbed. */
@BrokerTest
@Timeout(90)
@SuppressWarnings("NullAway.Init") // set before each test
class StageTest {
    private static TestBroker broker;
    private static ExecutorService executor;

    @TempDir
    private Path directory;

    private Names names;
    private TestTopics topics;
    private TestStage stage;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start();
        executor = Executors.newFixedThreadPool(2);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
        executor.shutdownNow();
    }

    @BeforeEach
    void createTopics(TestInfo test) {
        names = new Names(test.getTestMethod().orElseThrow().getName());
        topics = new TestTopics(broker, names, 2);
        stage = new TestStage(broker.bootstrapServers(), names, directory);
    }

    @AfterEach
    void closeTopics() {
        topics.close();
    }

    private static CompletableFuture<Void> atOnce() {
        return CompletableFuture.runAsync(() -> {}, executor);
    }

    @Test
    void answersEachEventOnce() {
        Set<EventRef> sent = new HashSet<>();
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            for (int i = 0; i < 200; i++) {
                String lane = i % 2 == 0 ? names.bulk() : names.interactive();
                sent.add(topics.send(lane, "d" + i, i, "content").ref());
            }
            topics.awaitAnswers(answers -> answers.size() >= sent.size());
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }

        assertThat(topics.answersNow())
                .hasSize(sent.size())
                .allMatch(answer -> answer.result().kind() == Kind.RESULT);
        assertThat(topics.answeredRefs()).isEqualTo(sent);
    }

    @Test
    void resultsLeaveDuringALongPoll() {
        // The lease allows polls of 29 s, so that each wake-up that got lost would cost three seconds.
        stage.with(StreamsConfig.POLL_MS_CONFIG, 3_000)
                .with(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 60_000);
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            for (int i = 1; i <= 400; i++) {
                int expected = i;
                topics.send(names.interactive(), "d" + i, i, "content");
                topics.awaitAnswers(answers -> answers.size() >= expected);
            }
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void runsOneEventOfADocumentAndLetsTheNewestWait() {
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = stage.start(worker)) {
            TestEvent first = topics.send(names.bulk(), "d", 1, "a");
            HeldWorker.Work running = worker.next();
            TestEvent second = topics.send(names.bulk(), "d", 2, "b");
            TestEvent fourth = topics.send(names.bulk(), "d", 4, "d");
            TestEvent third = topics.send(names.bulk(), "d", 3, "c");

            topics.awaitAnswers(answers -> answers.size() == 2);
            assertThat(worker.waiting()).isZero();
            running.end().complete(null);
            HeldWorker.Work last = worker.next();
            last.end().complete(null);
            topics.awaitAnswers(answers -> answers.size() == 4);

            assertThat(running.event().ref()).isEqualTo(first.ref());
            assertThat(last.event().ref()).isEqualTo(fourth.ref());
            assertThat(topics.answers())
                    .containsExactly(
                            new TestResult(Kind.SUPERSEDED, second.ref(), 2, "b"),
                            new TestResult(Kind.SUPERSEDED, third.ref(), 3, "c"),
                            new TestResult(Kind.RESULT, first.ref(), 1, "a"),
                            new TestResult(Kind.RESULT, fourth.ref(), 4, "d"));
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void doesNotLetAnInteractiveEventWaitForTheBulkWorkOfItsDocument() {
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = stage.start(worker)) {
            TestEvent bulk = topics.send(names.bulk(), "d", 1, "a");
            HeldWorker.Work overtaken = worker.next();
            TestEvent interactive = topics.send(names.interactive(), "d", 2, "b");
            HeldWorker.Work running = worker.next();
            assertThat(running.event().ref()).isEqualTo(interactive.ref());
            assertThat(overtaken.end()).isCancelled();
            topics.awaitAnswers(answers -> answers.size() == 1);

            // Nothing overtakes an interactive one, and bulk overtakes nothing.
            TestEvent next = topics.send(names.interactive(), "d", 3, "c");
            TestEvent last = topics.send(names.bulk(), "d", 4, "d");
            topics.awaitAnswers(answers -> answers.size() == 2);
            assertThat(worker.waiting()).isZero();
            running.end().complete(null);
            HeldWorker.Work newest = worker.next();
            newest.end().complete(null);
            topics.awaitAnswers(answers -> answers.size() == 4);

            assertThat(topics.answers())
                    .containsExactly(
                            new TestResult(Kind.SUPERSEDED, bulk.ref(), 1, "a"),
                            new TestResult(Kind.SUPERSEDED, next.ref(), 3, "c"),
                            new TestResult(Kind.RESULT, interactive.ref(), 2, "b"),
                            new TestResult(Kind.RESULT, last.ref(), 4, "d"));
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void doesNotOvertakeBulkWorkWithAnOlderVersion() {
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = stage.start(worker)) {
            TestEvent bulk = topics.send(names.bulk(), "d", 5, "a");
            HeldWorker.Work running = worker.next();
            TestEvent older = topics.send(names.interactive(), "d", 4, "b");
            topics.send(names.interactive(), "other", 1, "x");
            HeldWorker.Work other = worker.next(); // so the older one has arrived
            other.end().complete(null);
            running.end().complete(null);
            topics.awaitAnswers(answers -> answers.size() == 3);

            assertThat(topics.answers())
                    .contains(
                            new TestResult(Kind.RESULT, bulk.ref(), 5, "a"),
                            new TestResult(Kind.SUPERSEDED, older.ref(), 4, "b"));
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void knowsADocumentsHeadFromTheMomentItsResultIsSent() {
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.send(names.bulk(), "d", 5, "a");
            topics.awaitAnswers(answers -> answers.size() == 1);
            topics.send(names.bulk(), "d", 4, "b");
            topics.send(names.interactive(), "d", 6, "a");
            topics.awaitAnswers(answers -> answers.size() == 3);

            assertThat(topics.answers().stream().map(TestResult::kind))
                    .containsExactlyInAnyOrder(Kind.RESULT, Kind.SUPERSEDED, Kind.UNCHANGED);
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void interactiveGoesOnWhileBulkIsSaturatedForLongerThanThePollInterval() {
        int perEvent = Gate.OVERHEAD_BYTES + "d100".length() + "100|content".length();
        int limit = 40;
        int perPoll = 64;
        stage.laneLimit((long) limit * perEvent)
                .with(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG), 6_000)
                .with(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
        HeldWorker bulk = new HeldWorker();
        try (StageRuntime runtime = stage.start(
                (event, mayAct) -> event.ref().topic().equals(names.bulk()) ? bulk.work(event, mayAct) : atOnce())) {
            for (int i = 100; i < 900; i++) {
                var unused = topics.sendSoon(names.bulk(), "d" + i, i, "content");
            }
            long until = System.nanoTime() + Duration.ofSeconds(8).toNanos();
            for (int i = 1; System.nanoTime() < until; i++) {
                int expected = i;
                topics.send(names.interactive(), "i" + i, i, "content");
                topics.awaitAnswers(answers -> answers.size() >= expected);
            }

            // An eviction would have started all of it a second time.
            assertThat(bulk.waiting()).isBetween(limit, limit + perPoll);
            for (int i = 0; i < 800; i++) {
                bulk.next().end().complete(null);
            }
            topics.awaitAnswers(answers -> answers.stream()
                            .filter(answer -> answer.result().ref().topic().equals(names.bulk()))
                            .count()
                    == 800);
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void failedWorkIsAnsweredAndTheNextOfTheDocumentRuns() {
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = stage.start(worker)) {
            topics.send(names.bulk(), "d", 1, "a");
            topics.send(names.bulk(), "d", 2, "a");
            worker.next().end().completeExceptionally(new IllegalStateException("out of order"));
            worker.next().end().complete(null);
            topics.awaitAnswers(answers -> answers.size() == 2);

            assertThat(topics.answers().stream().map(TestResult::kind)).containsExactly(Kind.FAILED, Kind.RESULT);
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void aFailureForgetsWhatTheHeadProved() {
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = stage.start(worker)) {
            topics.send(names.bulk(), "d", 1, "a");
            worker.next().end().complete(null);
            topics.send(names.bulk(), "d", 2, "b");
            worker.next().end().completeExceptionally(new IllegalStateException("out of order"));
            topics.send(names.bulk(), "d", 3, "a");
            worker.next().end().complete(null);
            topics.awaitAnswers(answers -> answers.size() == 3);

            assertThat(topics.answers().stream().map(TestResult::kind))
                    .containsExactly(Kind.RESULT, Kind.FAILED, Kind.RESULT);
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void workThatIsGivenBackAtOnceIsPlannedAgain() {
        AtomicInteger tries = new AtomicInteger();
        try (StageRuntime runtime = stage.start((event, mayAct) -> {
            boolean givenBack = event.version() == 1 && tries.incrementAndGet() < 500;
            return givenBack ? CompletableFuture.failedFuture(new CancellationException()) : atOnce();
        })) {
            topics.send(names.bulk(), "d", 1, "a");
            topics.awaitAnswers(answers -> answers.size() == 1);

            assertThat(tries).hasValue(500);
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void aDefectOfThePlanIsNoPoisonPill() {
        try (StageRuntime runtime = stage.start((event, mayAct) -> {
            if (event.version() == 1) {
                throw new ArithmeticException("a defect");
            }
            return atOnce();
        })) {
            topics.send(names.bulk(), "d", 1, "a");
            topics.send(names.bulk(), "d", 2, "b");
            topics.awaitAnswers(answers -> answers.size() == 2);

            assertThat(topics.answers().stream().map(TestResult::kind)).containsExactly(Kind.FAILED, Kind.RESULT);
            assertThat(runtime.drain(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void nothingMayActOnceTheStageIsClosed() {
        HeldWorker worker = new HeldWorker();
        HeldWorker.Work work;
        try (StageRuntime runtime = stage.start(worker)) {
            topics.send(names.bulk(), "d", 1, "a");
            work = worker.next();
            assertThat(work.mayAct().getAsBoolean()).isTrue();
            assertThat(runtime.liveEvents()).isEqualTo(1);
        }

        assertThat(work.mayAct().getAsBoolean()).isFalse();
        assertThat(work.end()).isCancelled();
        assertThat(topics.answersNow()).isEmpty();
    }
}
