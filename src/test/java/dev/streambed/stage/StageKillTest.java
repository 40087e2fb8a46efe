package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.stage.TestStage.Names;
import dev.streambed.testing.BrokerTest;
import dev.streambed.testing.TestBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The stage is killed in the midst of its work, again and again: nothing may be lost, and nothing wrong be said. Runs with another
 * seed each time; {@code -Dseed=} repeats one.
 */
@BrokerTest
@Timeout(240)
class StageKillTest {
    private static final int DOCUMENTS = 300;
    private static final int BURST = 700;
    private static final int LEAST_IN_FLIGHT = 100;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestBroker broker;

    private final Map<String, Integer> versions = new HashMap<>();

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000})
    void nothingIsLostAndNothingIsWrong(int commitMillis, @TempDir Path directory) throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed + ", commit interval " + commitMillis + " ms");
        Random random = new Random(seed);
        Names names = new Names("kill-" + commitMillis);
        Path state = directory.resolve("state");
        StageChild.Options options = new StageChild.Options(
                broker.bootstrapServers(), names.test(), state, commitMillis, 1 + random.nextInt(2), 200);
        try (TestTopics topics = new TestTopics(broker, names, 2)) {
            List<TestEvent> sent = new ArrayList<>();
            int kills = 4 + random.nextInt(3);
            for (int kill = 0; kill < kills; kill++) {
                sent.addAll(sendBurst(topics, names, random));
                StageChild child = StageChild.start(options, directory);
                try {
                    topics.answersNow();
                    int open = sent.size() - topics.answeredRefs().size();
                    int left = LEAST_IN_FLIGHT + random.nextInt(open - LEAST_IN_FLIGHT);
                    topics.awaitAnswers(
                            answers -> sent.size() - topics.answeredRefs().size() <= left);
                } finally {
                    child.kill();
                }
                topics.answersNow();
                System.out.println(
                        "killed with " + (sent.size() - topics.answeredRefs().size()) + " in flight");
                if (random.nextInt(3) == 0) {
                    delete(state);
                }
            }
            sent.addAll(sendBurst(topics, names, random));
            StageChild last = StageChild.start(options, directory);
            try {
                topics.awaitAnswers(answers -> topics.answeredRefs().size() == sent.size());
                assertThat(last.drain()).isZero();
            } finally {
                last.kill();
            }

            assertThat(new Oracle(sent, topics.answersNow()).complaints()).isEmpty();
        }
    }

    /**
     * One third of the documents has versions, which arrive out of order, one third none; of the rest some events fail. Content
     * repeats often.
     */
    private List<TestEvent> sendBurst(TestTopics topics, Names names, Random random) {
        record Change(String documentId, int version, String content) {}
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            int document = random.nextInt(DOCUMENTS);
            int version = document % 3 == 1 ? -1 : versions.merge("d" + document, 1, Integer::sum);
            boolean fails = document % 3 == 2 && random.nextInt(4) == 0;
            String content = fails ? StageChild.FAILING : "content " + random.nextInt(3);
            changes.add(new Change("d" + document, version, content));
        }
        for (int from = 0; from < BURST; from += 100) {
            Collections.shuffle(changes.subList(from, Math.min(BURST, from + 100)), random);
        }
        List<CompletableFuture<TestEvent>> sent = changes.stream()
                .map(change -> topics.sendSoon(
                        random.nextBoolean() ? names.bulk() : names.interactive(),
                        change.documentId(),
                        change.version(),
                        change.content()))
                .toList();
        return sent.stream().map(CompletableFuture::join).toList();
    }

    private static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
