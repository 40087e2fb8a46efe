package dev.streambed.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.completion.Completion;
import dev.streambed.completion.CompletionCodec;
import dev.streambed.completion.EventHeaders;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Timings;
import dev.streambed.document.Decoded;
import dev.streambed.document.DocumentChange;
import dev.streambed.document.EventContext;
import dev.streambed.testing.TestBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real broker; what the service would answer is said by the test. */
class EmbeddingClientTest {
    private static final DocumentChange CHANGE = DocumentChange.upsert("a", "some text");
    private static final AtomicInteger TESTS = new AtomicInteger();
    private static TestBroker broker;

    private String prefix;
    private FakeService service;

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

    @Test
    void completesTheFutureWithTheOutcome() throws Exception {
        try (EmbeddingClient client = EmbeddingClient.connect(config())) {
            CompletableFuture<Completion> future = client.submit(
                    CHANGE.withVersion(3),
                    SubmitOptions.DEFAULTS
                            .withCorrelationId("c")
                            .withTraceparent("00-1-2-01")
                            .withExpiresAt(Instant.parse("2100-01-01T00:00:00Z")));
            ConsumerRecord<byte[], byte[]> record = service.take();
            Completion answer = service.answer(record, Outcome.INDEXED);

            assertThat(get(future)).isEqualTo(answer);
            assertThat(answer.correlationId()).isEqualTo("c");
            assertThat(answer.traceparent()).isEqualTo("00-1-2-01");
            Decoded.Accepted accepted = (Decoded.Accepted) service.decode(record);
            assertThat(accepted.event().change()).isEqualTo(CHANGE.withVersion(3));
            assertThat(accepted.event().expiry()).isEqualTo("2100-01-01T00:00:00Z");
            assertThat(accepted.context().replyPartition()).isEqualTo(client.replyPartition());
            assertThat(record.topic()).isEqualTo(prefix + "documents");
            assertThat(record.partition())
                    .isEqualTo(Utils.toPositive(Utils.murmur2(record.key())) % FakeService.PARTITIONS);
            assertThat(client.pending()).isZero();
        }
    }

    @Test
    void sendsToTheBulkLaneWhenAsked() {
        try (EmbeddingClient client = EmbeddingClient.connect(config())) {
            CompletableFuture<Completion> future = client.submit(CHANGE, SubmitOptions.DEFAULTS.withBulk(true));
            ConsumerRecord<byte[], byte[]> record = service.take();
            service.answer(record, Outcome.UNCHANGED);

            assertThat(record.topic()).isEqualTo(prefix + "documents.bulk");
            assertThat(get(future).outcome()).isEqualTo(Outcome.UNCHANGED);
        }
    }

    @Test
    void keepsToTheFirstAnswer() {
        try (EmbeddingClient client = EmbeddingClient.connect(config())) {
            CompletableFuture<Completion> first = client.submit(CHANGE);
            CompletableFuture<Completion> second = client.submit(CHANGE);
            ConsumerRecord<byte[], byte[]> event = service.take();
            service.answer(event, Outcome.INDEXED);
            service.answer(event, Outcome.SUPERSEDED);
            service.answer(service.take(), Outcome.UNCHANGED);

            assertThat(get(second).outcome()).isEqualTo(Outcome.UNCHANGED);
            assertThat(get(first).outcome()).isEqualTo(Outcome.INDEXED);
        }
    }

    @Test
    void passesOverWhatIsNotForIt() {
        try (EmbeddingClient client = EmbeddingClient.connect(config())) {
            EventContext stranger = new EventContext("stranger", null, client.replyPartition(), null);
            service.send(stranger, new byte[] {1, 2, 3}, new RecordHeaders());
            Completion other =
                    new Completion("stranger", "b", 1L, Outcome.INDEXED, null, 1, false, "p", Timings.NONE, null, null);
            service.send(stranger, CompletionCodec.value(other), CompletionCodec.headers(other));
            CompletableFuture<Completion> future = client.submit(CHANGE);
            service.answer(service.take(), Outcome.INDEXED);

            assertThat(get(future).documentId()).isEqualTo("a");
        }
    }

    @Test
    void failsTheFutureWhoseAnswerItCannotRead() {
        try (EmbeddingClient client = EmbeddingClient.connect(config())) {
            CompletableFuture<Completion> future = client.submit(CHANGE);
            EventContext context = service.decode(service.take()).context();
            var headers = new RecordHeaders();
            EventHeaders.add(headers, EventHeaders.CAUSATION_ID, context.eventId());
            service.send(context, "{\"outcome\":\"MAGIC\"}".getBytes(StandardCharsets.UTF_8), headers);

            assertThatThrownBy(() -> get(future))
                    .hasCauseInstanceOf(EmbeddingClientException.class)
                    .hasMessageContaining(context.eventId())
                    .hasMessageContaining("cannot be read");
        }
    }

    @Test
    void endsTheWaitAfterTheTimeoutAndNamesTheEvent() {
        try (EmbeddingClient client = EmbeddingClient.connect(config())) {
            CompletableFuture<Completion> future =
                    client.submit(CHANGE, SubmitOptions.DEFAULTS.withTimeout(Duration.ofMillis(50)));
            String eventId = service.decode(service.take()).context().eventId();

            assertThatThrownBy(() -> get(future))
                    .hasCauseInstanceOf(TimeoutException.class)
                    .hasMessageContaining(eventId)
                    .hasMessageContaining("50 ms");
            assertThat(client.pending()).isZero();
        }
    }

    @Test
    void refusesMoreThanItMayHavePendingUntilOneIsAnswered() {
        try (EmbeddingClient client = EmbeddingClient.connect(config().withMaxPending(2))) {
            CompletableFuture<Completion> first = client.submit(CHANGE);
            CompletableFuture<Completion> second = client.submit(CHANGE);
            CompletableFuture<Completion> third = client.submit(CHANGE);

            assertThat(third).isCompletedExceptionally();
            assertThatThrownBy(() -> get(third)).hasCauseInstanceOf(TooManyPendingException.class);
            // A dependent of an answered one finds room.
            CompletableFuture<Completion> fourth = first.thenCompose(answered -> client.submit(CHANGE));
            assertThat(second.cancel(true)).isTrue();
            CompletableFuture<Completion> fifth = client.submit(CHANGE);
            assertThat(fifth).isNotDone();
            for (int i = 0; i < 4; i++) {
                service.answer(service.take(), Outcome.INDEXED);
            }
            assertThat(get(fourth).outcome()).isEqualTo(Outcome.INDEXED);
            assertThat(get(fifth).outcome()).isEqualTo(Outcome.INDEXED);
            assertThatThrownBy(() -> get(second)).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void failsADocumentTheTopicDoesNotTakeAndNothingElse() {
        try (EmbeddingClient client = EmbeddingClient.connect(config())) {
            CompletableFuture<Completion> tooLarge = client.submit(DocumentChange.upsert("b", "x".repeat(5_000_000)));
            CompletableFuture<Completion> future = client.submit(CHANGE);
            service.answer(service.take(), Outcome.INDEXED);

            assertThatThrownBy(() -> get(tooLarge))
                    .hasRootCauseInstanceOf(RecordTooLargeException.class)
                    .hasMessageContaining("was not sent")
                    .hasMessageContaining("split it");
            assertThat(get(future).outcome()).isEqualTo(Outcome.INDEXED);
        }
    }

    @Test
    void failsADocumentTheBrokerDoesNotTakeAndNothingElse() {
        byte[] incompressible = new byte[1_800_000];
        new Random(1).nextBytes(incompressible);
        broker.createTopic(prefix + "small.documents", 1);
        broker.createTopic(prefix + "small.completions", 1);
        try (EmbeddingClient client = EmbeddingClient.connect(config().withTopicsPrefix(prefix + "small."))) {
            CompletableFuture<Completion> tooLarge =
                    client.submitRecord(new byte[] {'b'}, incompressible, SubmitOptions.DEFAULTS);

            assertThatThrownBy(() -> get(tooLarge))
                    .hasRootCauseInstanceOf(RecordTooLargeException.class)
                    .hasMessageContaining("split it");
        }
    }

    @Test
    void submitsWrongRecordsToo() {
        try (EmbeddingClient client = EmbeddingClient.connect(config())) {
            CompletableFuture<Completion> future = client.submitRecord(
                    "a".getBytes(StandardCharsets.UTF_8),
                    "not json".getBytes(StandardCharsets.UTF_8),
                    SubmitOptions.DEFAULTS);
            ConsumerRecord<byte[], byte[]> record = service.take();
            service.answer(record, Outcome.REJECTED);

            assertThat(service.decode(record)).isInstanceOf(Decoded.Rejected.class);
            assertThat(get(future).outcome()).isEqualTo(Outcome.REJECTED);
        }
    }

    @Test
    void doesNotBlockLongerThanAllowedForATopicThatIsNotThere() {
        broker.createTopic(prefix + "half.documents", 1);
        broker.createTopic(prefix + "half.completions", 1);
        EmbeddingClientConfig half = config().withTopicsPrefix(prefix + "half.").withMaxBlock(Duration.ofMillis(100));
        try (EmbeddingClient client = EmbeddingClient.connect(half)) {
            CompletableFuture<Completion> future = client.submit(CHANGE, SubmitOptions.DEFAULTS.withBulk(true));

            assertThatThrownBy(() -> get(future))
                    .hasCauseInstanceOf(EmbeddingClientException.class)
                    .hasMessageContaining("documents.bulk")
                    .hasMessageContaining("100 ms");
        }
    }

    @Test
    void failsWhatIsPendingWhenClosed() {
        EmbeddingClient client = EmbeddingClient.connect(config());
        CompletableFuture<Completion> future = client.submit(CHANGE);

        client.close();
        client.close();

        assertThatThrownBy(() -> get(future)).hasCauseInstanceOf(ClientClosedException.class);
        assertThatThrownBy(() -> get(client.submit(CHANGE))).hasCauseInstanceOf(ClientClosedException.class);
        // Closing ended the wait, and kept the event.
        assertThat(service.take().key()).isEqualTo(new byte[] {'a'});
    }

    @Test
    void canBeClosedFromADependent() {
        EmbeddingClient client = EmbeddingClient.connect(config());
        CompletableFuture<Void> closed = client.submit(CHANGE).thenAccept(completion -> client.close());
        service.answer(service.take(), Outcome.INDEXED);

        assertThat(closed).succeedsWithin(Duration.ofSeconds(60));
    }

    @Test
    void saysWhichTopicIsMissing() {
        assertThatThrownBy(() -> EmbeddingClient.connect(config().withTopicsPrefix("nowhere.")))
                .isInstanceOf(EmbeddingClientException.class)
                .hasMessageContaining("nowhere.completions")
                .hasMessageContaining("streambed topics");
    }

    @Test
    void saysThatNoBrokerAnswers() {
        EmbeddingClientConfig nobody =
                EmbeddingClientConfig.of("localhost:1").withConnectTimeout(Duration.ofMillis(500));

        assertThatThrownBy(() -> EmbeddingClient.connect(nobody))
                .isInstanceOf(EmbeddingClientException.class)
                .hasMessageContaining("cannot connect to localhost:1");
    }

    @Test
    void refusesAReplyPartitionThatIsNotThere() {
        assertThatThrownBy(() -> EmbeddingClient.connect(config().withReplyPartition(3)))
                .isInstanceOf(EmbeddingClientException.class)
                .hasMessageContaining("has 3 partitions");
    }

    @Test
    void refusesPropertiesItsGuaranteesRestOn() {
        assertThatThrownBy(() -> config().withKafkaProperties(Map.of("acks", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("acks");
    }

    @Test
    void getsItsAnswersAfterTheBrokerWasAway() {
        try (TestBroker own = TestBroker.start();
                FakeService itsService = new FakeService(own, "");
                EmbeddingClient client = EmbeddingClient.connect(EmbeddingClientConfig.of(own.bootstrapServers())
                        // A producer that has lost every broker forgets their topics: a submission then waits for them.
                        .withMaxBlock(Duration.ofMinutes(1)))) {
            CompletableFuture<Completion> before = client.submit(CHANGE);
            ConsumerRecord<byte[], byte[]> event = itsService.take();

            own.stop();
            CompletableFuture<Completion> meanwhile =
                    CompletableFuture.completedFuture(CHANGE).thenComposeAsync(client::submit);
            own.startAgain();
            itsService.answer(event, Outcome.INDEXED);
            itsService.answer(itsService.take(), Outcome.UNCHANGED);

            assertThat(get(before).outcome()).isEqualTo(Outcome.INDEXED);
            assertThat(get(meanwhile).outcome()).isEqualTo(Outcome.UNCHANGED);
        }
    }

    @Test
    void answersEachOfManyThreadsItsOwn() throws Exception {
        int threads = 4;
        int each = 1_000;
        Map<String, CompletableFuture<Completion>> futures = new ConcurrentHashMap<>();
        try (EmbeddingClient client = EmbeddingClient.connect(config())) {
            List<Thread> submitters = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Thread submitter = new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        String id = thread + "/" + i;
                        futures.put(id, client.submit(DocumentChange.upsert(id, "text")));
                    }
                });
                submitter.start();
                submitters.add(submitter);
            }
            for (int i = 0; i < threads * each; i++) {
                service.answer(service.take(), Outcome.INDEXED);
            }
            for (Thread submitter : submitters) {
                submitter.join();
            }

            assertThat(futures).hasSize(threads * each);
            futures.forEach((id, future) -> assertThat(get(future).documentId()).isEqualTo(id));
            assertThat(client.pending()).isZero();
        }
    }

    private EmbeddingClientConfig config() {
        return EmbeddingClientConfig.of(broker.bootstrapServers()).withTopicsPrefix(prefix);
    }

    private static Completion get(CompletableFuture<Completion> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e.getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
