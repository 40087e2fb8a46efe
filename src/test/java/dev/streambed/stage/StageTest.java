package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.testing.TestBroker;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The asynchronous stage over a real broker. */
@Timeout(120)
class StageTest {
    @TempDir
    private Path directory;

    private TestBroker broker;
    private TestTopics topics;
    private final ExecutorService executor = Executors.newFixedThreadPool(2);

    @BeforeEach
    void startBroker() {
        broker = TestBroker.start();
        topics = new TestTopics(broker, 1);
    }

    @AfterEach
    void stopBroker() {
        topics.close();
        broker.close();
        executor.shutdownNow();
    }

    @Test
    void resultsLeaveDuringALongPoll() {
        // The lease allows polls of 29 s, so that each wake-up that got lost would cost ten seconds.
        TestStage stage = new TestStage(broker.bootstrapServers(), "app", directory)
                .with(StreamsConfig.POLL_MS_CONFIG, 10_000)
                .with(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 60_000);
        try (StageRuntime runtime = stage.start((event, mayAct) -> CompletableFuture.runAsync(() -> {}, executor))) {
            for (int i = 0; i < 300; i++) {
                int expected = i + 1;
                topics.send(TestStage.INTERACTIVE, "d" + i, i, "content");
                topics.awaitAnswers(answers -> answers.size() >= expected);
            }
            assertThat(runtime.isRunning()).isTrue();
        }
    }
}
