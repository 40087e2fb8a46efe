package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.stage.TestResult.Kind;
import dev.streambed.stage.TestStage.Names;
import dev.streambed.testing.BrokerTest;
import dev.streambed.testing.TestBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The asynchronous stage when it ends and begins again, in order and out of it. */
@BrokerTest
@Timeout(120)
@SuppressWarnings("NullAway.Init") // set before each test
class StageRestartTest {
    private static final Duration DRAIN = Duration.ofSeconds(30);

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
        topics = new TestTopics(broker, names, 1);
        stage = new TestStage(broker.bootstrapServers(), names, directory);
    }

    @AfterEach
    void closeTopics() {
        topics.close();
    }

    private static CompletableFuture<Void> atOnce() {
        return CompletableFuture.runAsync(() -> {}, executor);
    }

    /** Takes 0 to 20 ms. */
    private static CompletableFuture<Void> aMoment(Random random) {
        Executor later = CompletableFuture.delayedExecutor(random.nextInt(20), TimeUnit.MILLISECONDS, executor);
        return CompletableFuture.runAsync(() -> {}, later);
    }

    @Test
    void aStateThatCannotBeOpenedIsTriedAgain() throws Exception {
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.sendSoon(names.bulk(), "d", 1, "content").join();
            var unused = topics.awaitAnswers(all -> all.size() >= 1);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
        Path store;
        try (var all = Files.walk(directory)) {
            store = all.filter(path -> path.endsWith("rocksdb/heads"))
                    .findFirst()
                    .orElseThrow();
        }
        Path aside = store.resolveSibling("aside");
        Files.move(store, aside);
        Files.writeString(store, "no directory");

        assertThatThrownBy(() -> stage.start((event, mayAct) -> atOnce())).isInstanceOf(KafkaException.class);

        Files.delete(store);
        Files.move(aside, store);
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.sendSoon(names.bulk(), "e", 2, "content").join();
            var unused = topics.awaitAnswers(all -> all.size() >= 2);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
    }

    @Test
    void aStageThatEndsDoesNotWaitForItsNextCommits() {
        stage.with(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, (int)
                DRAIN.multipliedBy(2).toMillis());
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.sendSoon(names.bulk(), "d", 1, "content").join();
            topics.awaitAnswers(all -> all.size() >= 1);

            assertThat(runtime.drain(DRAIN)).isTrue();
        }
    }

    @Test
    void aDrainedStageRepeatsNothing() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<CompletableFuture<TestEvent>> sent = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            boolean withWork = round % 2 == 0;
            try (StageRuntime runtime = stage.start((event, mayAct) -> withWork ? aMoment(random) : atOnce())) {
                int before = topics.answersNow().size();
                CompletableFuture<Boolean> drained = null;
                for (int i = 0; drained == null || !drained.isDone(); i++) {
                    String lane = random.nextBoolean() ? names.bulk() : names.interactive();
                    sent.add(topics.sendSoon(lane, "d" + round + "-" + i, i, "content"));
                    sent.get(sent.size() - 1).join();
                    if (drained == null && i >= 200 && topics.answersNow().size() > before) {
                        drained = CompletableFuture.supplyAsync(() -> runtime.drain(DRAIN));
                    }
                }
                assertThat(drained).isCompletedWithValue(true);
                assertThat(runtime.liveEvents()).isZero();
            }
        }
        try (StageRuntime last = stage.start((event, mayAct) -> atOnce())) {
            topics.awaitAnswers(answers -> answers.size() >= sent.size());
            assertThat(last.drain(DRAIN)).isTrue();
        }

        assertThat(countByRef(topics.answersNow()).values()).containsOnly(1);
        assertThat(topics.answeredRefs()).hasSize(sent.size());
    }

    private static Map<EventRef, Integer> countByRef(List<TestTopics.Answered> answers) {
        Map<EventRef, Integer> counts = new HashMap<>();
        answers.forEach(answer -> counts.merge(answer.result().ref(), 1, Integer::sum));
        return counts;
    }

    @Test
    void whatWasInFlightIsDoneAgain() {
        Set<EventRef> sent = new HashSet<>();
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = stage.start(worker)) {
            for (int i = 0; i < 50; i++) {
                sent.add(topics.send(names.bulk(), "d" + i, i, "content").ref());
                worker.next();
            }
            assertThat(runtime.liveEvents()).isEqualTo(50);
        }
        assertThat(topics.answersNow()).isEmpty();

        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.awaitAnswers(answers -> answers.size() >= sent.size());
            assertThat(runtime.drain(DRAIN)).isTrue();
        }

        assertThat(countByRef(topics.answersNow()).values()).containsOnly(1);
        assertThat(topics.answeredRefs()).isEqualTo(sent);
    }

    @Test
    void whatWasInFlightAndThenLostIsAnsweredSo() throws Exception {
        List<TestEvent> sent = new ArrayList<>();
        HeldWorker worker = new HeldWorker();
        try (StageRuntime runtime = stage.start(worker)) {
            for (int i = 0; i < 20; i++) {
                sent.add(topics.send(names.bulk(), "d" + i, i, "content"));
                worker.next();
            }
            assertThat(runtime.liveEvents()).isEqualTo(20);
        }
        long start = sent.get(15).ref().offset();
        try (Admin admin = broker.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(names.bulk(), 0), RecordsToDelete.beforeOffset(start)))
                    .all()
                    .get();
        }

        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.awaitAnswers(answers -> answers.size() >= 20);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }

        Map<EventRef, Kind> kinds = new HashMap<>();
        topics.answersNow()
                .forEach(answer ->
                        kinds.put(answer.result().ref(), answer.result().kind()));
        assertThat(kinds).hasSize(20);
        for (TestEvent event : sent) {
            assertThat(kinds).containsEntry(event.ref(), event.ref().offset() < start ? Kind.LOST : Kind.RESULT);
        }
    }

    @Test
    void aReplayAnswersNothingTwiceButWhatIsOlder() throws Exception {
        List<TestEvent> sent = new ArrayList<>();
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            for (int i = 1; i <= 2; i++) {
                for (int document = 0; document < 20; document++) {
                    sent.add(topics.send(names.bulk(), "d" + document, i, "content " + i));
                }
                int expected = sent.size();
                topics.awaitAnswers(answers -> answers.size() >= expected);
            }
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
        try (Admin admin = broker.admin()) {
            admin.alterConsumerGroupOffsets(
                            names.application(), Map.of(new TopicPartition(names.bulk(), 0), new OffsetAndMetadata(0)))
                    .all()
                    .get();
        }

        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.send(names.bulk(), "last", 1, "content");
            topics.awaitAnswers(
                    answers -> answers.get(answers.size() - 1).documentId().equals("last"));
            assertThat(runtime.drain(DRAIN)).isTrue();
        }

        // 40 results, then 20 older versions that are superseded now, then the last; the 20 heads were found, and said
        // nothing.
        assertThat(topics.answersNow()).hasSize(61);
        assertThat(topics.answers().subList(40, 60)).allMatch(answer -> answer.kind() == Kind.SUPERSEDED);
    }

    @Test
    void anUnchangedEventIsKnownAgainOnceTheRestartHasSettled() {
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.send(names.bulk(), "d", 1, "same");
            topics.awaitAnswers(answers -> answers.size() == 1);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.send(names.interactive(), "d", 2, "same");
            topics.awaitAnswers(answers -> answers.size() == 2);
            topics.send(names.bulk(), "d", 3, "same");
            topics.awaitAnswers(answers -> answers.size() == 3);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }

        // The second may be done again, where the first input was not known to be at its end yet; the third may not.
        assertThat(topics.answers().get(2).kind()).isEqualTo(Kind.UNCHANGED);
    }

    @Test
    void tellsHowMuchItHadToReadBack() {
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            for (int document = 0; document < 20; document++) {
                topics.send(names.bulk(), "d" + document, 1, "content");
            }
            topics.awaitAnswers(answers -> answers.size() == 20);
            assertThat(runtime.restoredRecords()).as("of a new group").isZero();
            assertThat(runtime.drain(DRAIN)).isTrue();
        }

        // when another instance, which has nothing, takes its place
        try (StageRuntime runtime = stage.instance("two").start((event, mayAct) -> atOnce())) {
            topics.send(names.bulk(), "last", 1, "content");
            topics.awaitAnswers(answers -> answers.size() == 21);
            assertThat(runtime.restoredRecords()).as("at least all heads").isGreaterThanOrEqualTo(20);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
    }

    @Test
    void losingUnreadEventsToRetentionIsLoud() throws Exception {
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.send(names.bulk(), "d", 1, "a");
            topics.awaitAnswers(answers -> answers.size() == 1);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
        for (int i = 0; i < 5; i++) {
            topics.send(names.bulk(), "d" + i, 1, "a");
        }
        try (Admin admin = broker.admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(names.bulk(), 0), RecordsToDelete.beforeOffset(4)))
                    .all()
                    .get();
        }

        assertThatThrownBy(() -> stage.start((event, mayAct) -> atOnce()))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("retention took events")
                .hasMessageContaining(names.bulk() + "-0 (it had come to 1, there is 4 to 6)")
                .hasMessageContaining("kafka-consumer-groups");

        // As it says.
        try (Admin admin = broker.admin()) {
            admin.alterConsumerGroupOffsets(
                            names.application(), Map.of(new TopicPartition(names.bulk(), 0), new OffsetAndMetadata(4)))
                    .all()
                    .get();
        }
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.awaitAnswers(answers -> answers.size() == 3);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
    }

    @Test
    void aStageWhoseTopicTakesLessThanBeforeEndsAndLosesNothing() throws Exception {
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            topics.send(names.bulk(), "d", 1, "a");
            topics.awaitAnswers(answers -> answers.size() == 1);
            setLargestResult("60");

            topics.send(names.bulk(), "d", 2, "b");
            while (runtime.whyOutdated() == null) {
                Thread.onSpinWait();
            }
            assertThat(runtime.whyOutdated()).contains(names.results());
            assertThat(runtime.isRunning()).isFalse();
        }
        try (Admin admin = broker.admin()) {
            assertThat(admin.describeConsumerGroups(List.of(names.application()))
                            .all()
                            .get()
                            .values())
                    .allMatch(group -> group.members().isEmpty());
        }

        setLargestResult("1000000");
        try (StageRuntime runtime = stage.start((event, mayAct) -> atOnce())) {
            // The first may be answered again: its stage ended as if killed, perhaps before it retired it.
            topics.awaitAnswers(answers -> topics.answeredRefs().size() == 2);
            assertThat(runtime.drain(DRAIN)).isTrue();
        }
    }

    private void setLargestResult(String bytes) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, names.results());
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry("max.message.bytes", bytes), AlterConfigOp.OpType.SET);
        try (Admin admin = broker.admin()) {
            admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
        }
    }

    @Test
    void lanesOfDifferentSizeAreRefused() {
        Names odd = new Names("odd");
        broker.createTopic(odd.bulk(), 3);
        broker.createTopic(odd.interactive(), 2);

        assertThatThrownBy(() ->
                        new TestStage(broker.bootstrapServers(), odd, directory).start((event, mayAct) -> atOnce()))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("equally many partitions");
    }
}
