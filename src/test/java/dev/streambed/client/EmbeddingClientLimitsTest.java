package dev.streambed.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.document.DocumentChange;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;

/** Every bound of the client, and what it says where one is reached; against a real broker. */
class EmbeddingClientLimitsTest extends ClientTest {
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
}
