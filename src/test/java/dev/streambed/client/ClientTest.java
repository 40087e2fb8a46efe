package dev.streambed.client;

import dev.streambed.completion.Completion;
import dev.streambed.document.DocumentChange;
import dev.streambed.testing.BrokerTest;
import dev.streambed.testing.TestBroker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A broker for the class, topics of its own for each test. What the service would answer is said by the test. */
@BrokerTest
abstract class ClientTest {
    static final DocumentChange CHANGE = DocumentChange.upsert("a", "some text");
    private static final AtomicInteger TESTS = new AtomicInteger();

    static TestBroker broker;
    String prefix;
    FakeService service;

    @BeforeAll
    static void startBroker() {
        broker = TestBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void createTopics() {
        prefix = "t" + TESTS.incrementAndGet() + ".";
        service = new FakeService(broker, prefix);
    }

    @AfterEach
    void closeService() {
        service.close();
    }

    EmbeddingClientConfig config() {
        return EmbeddingClientConfig.of(broker.bootstrapServers()).withTopicsPrefix(prefix);
    }

    static Completion get(CompletableFuture<Completion> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e.getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
