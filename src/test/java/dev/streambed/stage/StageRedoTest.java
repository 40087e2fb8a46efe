package dev.streambed.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.stage.TestStage.Names;
import dev.streambed.testing.BrokerTest;
import dev.streambed.testing.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The asynchronous stage whose work is in a store that is replaced by another, empty one. */
@BrokerTest
@Timeout(120)
@SuppressWarnings("NullAway.Init") // set before each test
class StageRedoTest {
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final int DOCUMENTS = 40;

    private static TestBroker broker;

    @TempDir
    private Path directory;

    private TestTopics topics;
    private Names names;
    private TestStage stage;
    private final Set<EventRef> newest = new HashSet<>();

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void doTwoVersionsOfEachDocument(TestInfo test) {
        names = new Names(test.getTestMethod().orElseThrow().getName());
        topics = new TestTopics(broker, names, 1);
        stage = new TestStage(broker.bootstrapServers(), names, directory);
        try (StageRuntime runtime = start("first", (event, mayAct) -> CompletableFuture.completedFuture(null))) {
            for (int version = 1; version <= 2; version++) {
                newest.clear();
                for (int i = 0; i < DOCUMENTS; i++) {
                    String lane = i % 2 == 0 ? names.bulk() : names.interactive();
                    newest.add(topics.send(lane, "d" + i, version, "content").ref());
                }
                int sent = version * DOCUMENTS;
                topics.awaitAnswers(answers -> answers.size() == sent);
            }
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
    }

    @AfterEach
    void closeTopics() {
        topics.close();
    }

    private StageRuntime start(String store, TestHandler.Worker worker) {
        return stage.start(() -> new StoreHandler(store, worker));
    }

    @Test
    void doesTheNewestOfEachDocumentAgainInSilenceAndBeforeAnythingElse() {
        EventRef last = topics.send(names.bulk(), "last", 1, "content").ref();
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = start("second", worker)) {
            List<HeldWorker.Work> again = new ArrayList<>();
            for (int i = 0; i < DOCUMENTS; i++) {
                again.add(worker.next());
            }
            assertThat(again)
                    .extracting(work -> work.event().ref())
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(newest);

            again.forEach(work -> work.end().complete(null));
            HeldWorker.Work next = worker.next();
            assertThat(next.event().ref()).isEqualTo(last);
            next.end().complete(null);

            topics.awaitAnswers(answers -> answers.size() > 2 * DOCUMENTS);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
        assertThat(topics.answersNow()).hasSize(2 * DOCUMENTS + 1);
    }

    @Test
    void beginsAgainWhereItBrokeOff() {
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = start("second", worker)) {
            for (int i = 0; i < DOCUMENTS / 2; i++) {
                worker.next().end().complete(null);
            }
            assertThat(runtime.isRunning()).isTrue();
        }

        HeldWorker rest = new HeldWorker();
        EventRef last = topics.send(names.bulk(), "last", 1, "content").ref();
        Set<EventRef> done = new HashSet<>();
        try (StageRuntime runtime = start("second", rest)) {
            for (HeldWorker.Work work = rest.next(); !work.event().ref().equals(last); work = rest.next()) {
                done.add(work.event().ref());
                work.end().complete(null);
            }
            assertThat(runtime.isRunning()).isTrue();
        }
        assertThat(newest).containsAll(done);
        assertThat(done).hasSizeGreaterThanOrEqualTo(DOCUMENTS / 2);
        assertThat(topics.answersNow()).hasSize(2 * DOCUMENTS);
    }

    @Test
    void endsInOrderAmidIt() {
        EventRef waiting = topics.send(names.bulk(), "waiting", 1, "content").ref();
        HeldWorker first = new HeldWorker();
        try (StageRuntime runtime = start("first", first)) {
            assertThat(first.next().event().ref()).isEqualTo(waiting);
            assertThat(runtime.liveEvents()).isPositive();
        }

        HeldWorker second = new HeldWorker();
        try (StageRuntime runtime = start("second", second)) {
            assertThat(second.next().event().ref()).isIn(newest);
            assertThat(runtime.drain(DRAIN)).as("ended in time").isTrue();
        }

        HeldWorker rest = new HeldWorker();
        Set<EventRef> done = new HashSet<>();
        try (StageRuntime runtime = start("second", rest)) {
            while (done.size() <= DOCUMENTS) {
                HeldWorker.Work work = rest.next();
                done.add(work.event().ref());
                work.end().complete(null);
            }
            topics.awaitAnswers(answers -> answers.size() > 2 * DOCUMENTS);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
        assertThat(done).containsAll(newest).contains(waiting);
    }

    @Test
    void doesNothingAgainForTheSameStore() {
        EventRef last = topics.send(names.bulk(), "last", 1, "content").ref();
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = start("first", worker)) {
            HeldWorker.Work only = worker.next();
            assertThat(only.event().ref()).isEqualTo(last);
            only.end().complete(null);
            topics.awaitAnswers(answers -> answers.size() > 2 * DOCUMENTS);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
        assertThat(worker.waiting()).isZero();
    }

    /** Its heads say, in place of the content, in which store it is. */
    private record StoreHandler(String store, TestHandler.Worker worker) implements StageHandler<TestEvent, TestHead> {
        @Override
        public Arrival<TestEvent, TestHead> arrive(ConsumerRecord<byte[], byte[]> record) {
            TestEvent event = TestEvent.of(record);
            return new Arrival.Chained<>(event, event.documentId(), record.timestamp());
        }

        @Override
        public Precedence compare(TestEvent arriving, TestEvent waiting) {
            return arriving.against(waiting);
        }

        @Override
        public Verdict<TestHead> plan(
                TestEvent event, @Nullable TestHead head, boolean quarantined, BooleanSupplier mayAct) {
            boolean answered = head != null && head.ref().equals(event.ref());
            if (answered && !isToBeRedone(event, head)) {
                return new Verdict.Now<>(new Answer<>(List.of(), head));
            }
            TestHead next = new TestHead(event.ref(), event.version(), event.timestamp(), store);
            return new Verdict.Later<>(worker.work(event, mayAct)
                    .thenApply(
                            unused -> new Answer<>(answered ? List.of() : send(TestResult.Kind.RESULT, event), next)));
        }

        @Override
        public TestHead basis() {
            return new TestHead(new EventRef("", 0, 0), 0, 0, store);
        }

        @Override
        public boolean isToBeRedone(TestEvent event, @Nullable TestHead head) {
            return head != null
                    && head.ref().equals(event.ref())
                    && !head.content().equals(store);
        }

        @Override
        public Answer<TestHead> superseded(TestEvent event) {
            return Answer.of(send(TestResult.Kind.SUPERSEDED, event));
        }

        @Override
        public Answer<TestHead> failed(TestEvent event, @Nullable TestHead head, Throwable failure) {
            return Answer.of(send(TestResult.Kind.FAILED, event));
        }

        @Override
        public Answer<TestHead> lost(EventRef ref) {
            return Answer.of(List.of());
        }

        private static List<Outbound> send(TestResult.Kind kind, TestEvent event) {
            byte[] value = new TestResult(kind, event.ref(), event.version(), "").encode();
            byte[] key = event.documentId().getBytes(UTF_8);
            return List.of(Outbound.byKey(TestHandler.SINK, key, value, new RecordHeaders()));
        }
    }
}
