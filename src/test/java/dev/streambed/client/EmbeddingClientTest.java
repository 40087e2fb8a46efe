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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

/** Against a real broker; what the service would answer is said by the test. */
class EmbeddingClientTest extends ClientTest {
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
}
