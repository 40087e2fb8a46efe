package dev.streambed.embed.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.streambed.embed.batch.BatchOptions;
import dev.streambed.embed.batch.BatchResult;
import dev.streambed.embed.batch.Batcher;
import dev.streambed.embed.batch.ModelSpans;
import dev.streambed.embed.batch.Priority;
import dev.streambed.embed.model.ModelException;
import dev.streambed.embed.remote.ScriptedService.Call;
import dev.streambed.embed.remote.ScriptedService.Reply;
import dev.streambed.embed.remote.ScriptedService.Script;
import dev.streambed.observe.trace.NoSpan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With a service that answers over real HTTP as it is told, behind the batcher that gives the service its work. */
class RemoteServiceTest {
    private static final Script WELL = call -> null;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String BAD = "a bad text";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private @Nullable ScriptedService server;
    private @Nullable RemoteService service;
    private @Nullable Batcher batcher;

    @AfterEach
    void close() {
        if (service != null) {
            service.close();
        }
        if (batcher != null) {
            batcher.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource(EmbeddingsApi.class)
    void givesEachTextItsVectorOfLengthOne(EmbeddingsApi api) throws Exception {
        ScriptedService there = serve(WELL);
        connect(options(there, api, DEADLINE, 1, 32));

        float[][] vectors = get(submit("four", "a longer one"));

        assertThat(vectors[0]).containsExactly(new float[] {0.8f, 0.6f, 0}, within(1e-6f));
        assertThat(vectors[1]).containsExactly(new float[] {0.97014f, 0.24254f, 0}, within(1e-5f));
        Call call = there.calls().get(0);
        assertThat(call.texts()).hasSize(2);
        assertThat(call.path()).isEqualTo(api == EmbeddingsApi.TEI ? "/embed" : "/v1/embeddings");
        assertThat(call.authorization()).isEqualTo("Bearer hush");
        assertThat(call.body().path("model").asText()).isEqualTo(api == EmbeddingsApi.TEI ? "" : "a-model");
    }

    @Test
    void waitsAsLongAsAThrottlingServiceAsksAndCallsThatNoFailure() throws Exception {
        AtomicReference<@Nullable String> held = new AtomicReference<>();
        AtomicInteger came = new AtomicInteger();
        ScriptedService there = serve(call -> {
            if (came.getAndIncrement() == 0) {
                return new Reply(429, Map.of("Retry-After", "1"), "{\"error\":{\"code\":\"rate_limit_exceeded\"}}");
            }
            held.set(service().holdReason());
            return null;
        });
        connect(options(there, EmbeddingsApi.OPENAI, DEADLINE, 16, 32));

        get(submit("a text"));

        assertThat(there.calls()).hasSize(2);
        assertThat(there.calls().get(1).at() - there.calls().get(0).at())
                .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(999));
        assertThat(held.get())
                .contains("HTTP 429 (rate_limit_exceeded)", there.url().toString());
        assertThat(service().holdReason()).isNull();
        assertThat(calls("throttled")).isEqualTo(1);
        assertThat(gauge("streambed.embedder.limit")).isEqualTo(3); // of 4
        assertThat(gauge("streambed.embedder.broken")).isZero();
    }

    @Test
    void settlesWithAServiceThatBearsTwoCallsAtOnce() throws Exception {
        Semaphore room = new Semaphore(2);
        CountDownLatch full = new CountDownLatch(1);
        ScriptedService there = serve(call -> {
            if (!room.tryAcquire()) {
                full.countDown();
                return Reply.of(429);
            }
            full.await(); // the first calls come at once, however fast the machine
            room.release();
            return null;
        });
        connect(options(there, EmbeddingsApi.TEI, DEADLINE, 16, 1));

        List<CompletableFuture<BatchResult>> results =
                IntStream.range(0, 200).mapToObj(i -> submit("text " + i)).toList();

        for (CompletableFuture<BatchResult> result : results) {
            assertThat(get(result)).hasNumberOfRows(1);
        }
        assertThat(calls("throttled")).isPositive();
        assertThat(gauge("streambed.embedder.broken")).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 408})
    void triesAgainWhereTheServiceFails(int status) throws Exception {
        AtomicInteger came = new AtomicInteger();
        ScriptedService there = serve(call -> came.incrementAndGet() <= 2 ? Reply.of(status) : null);
        connect(options(there, EmbeddingsApi.OPENAI, DEADLINE, 16, 32));

        assertThat(get(submit("a text"))).hasNumberOfRows(1);
    }

    @Test
    void waitsForAServiceThatIsNotThereYet() throws Exception {
        ScriptedService elsewhere = serve(WELL);
        int port = elsewhere.url().getPort();
        elsewhere.close();
        connect(options(elsewhere, EmbeddingsApi.OPENAI, DEADLINE, 16, 32));

        CompletableFuture<BatchResult> result = submit("a text");
        await(() -> service().holdReason() != null);
        assertThat(service().holdReason()).contains("cannot be connected to");
        assertThat(gauge("streambed.embedder.broken")).isEqualTo(1);
        assertThat(result).isNotDone();

        server = new ScriptedService(port, WELL);
        assertThat(get(result)).hasNumberOfRows(1);
        assertThat(service().holdReason()).isNull();
        assertThat(gauge("streambed.embedder.broken")).isZero();
    }

    @Test
    void endsACallAtItsDeadlineAndTriesAgain() throws Exception {
        AtomicInteger came = new AtomicInteger();
        CountDownLatch never = new CountDownLatch(1);
        ScriptedService there = serve(call -> {
            if (came.getAndIncrement() == 0) {
                never.await();
            }
            return null;
        });
        connect(options(there, EmbeddingsApi.OPENAI, Duration.ofMillis(500), 16, 32));

        assertThat(get(submit("a text"))).hasNumberOfRows(1);

        assertThat(calls("failed")).isEqualTo(1);
    }

    @Test
    void failsOnlyTheTextThatTheServiceHangsOn() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        ScriptedService there = serve(call -> {
            if (call.texts().contains(BAD)) {
                never.await();
            }
            return null;
        });
        connect(options(there, EmbeddingsApi.OPENAI, Duration.ofMillis(500), 1, 32));

        failsAlone(BAD, "no answer within 500 ms");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422, 500})
    void failsOnlyTheTextThatIsRefused(int status) throws Exception {
        ScriptedService there = serve(call -> call.texts().contains(BAD) ? Reply.of(status) : null);
        connect(options(there, EmbeddingsApi.OPENAI, DEADLINE, 1, 32));

        failsAlone(BAD, "HTTP " + status);
    }

    @Test
    void failsOnlyTheTextForWhichThereAreTooFewVectors() throws Exception {
        ScriptedService there =
                serve(call -> call.texts().contains(BAD) ? new Reply(200, Map.of(), "{\"data\":[]}") : null);
        connect(options(there, EmbeddingsApi.OPENAI, DEADLINE, 1, 32));

        failsAlone(BAD, "0 vectors for 1 texts");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[0,0,0]]", "[[1e39,3,0]]", "[[null,3,0]]", "[[NaN,3,0]]", "<html>", ""})
    void failsOnlyTheTextWhoseVectorIsNone(String answer) throws Exception {
        ScriptedService there = serve(call -> {
            if (!call.texts().contains(BAD)) {
                return null;
            }
            return call.texts().size() == 1 ? new Reply(200, Map.of(), answer) : Reply.of(422);
        });
        connect(options(there, EmbeddingsApi.TEI, DEADLINE, 1, 32));

        failsAlone(BAD, "embeds other texts, but not these 1");
    }

    @Test
    void readsNoAnswerThatIsTooLong() throws Exception {
        String endless = "[" + " ".repeat(1 << 20);
        ScriptedService there = serve(call -> call.texts().contains(BAD) ? new Reply(200, Map.of(), endless) : null);
        connect(options(there, EmbeddingsApi.TEI, DEADLINE, 1, 32));

        failsAlone(BAD, "the answer is longer than");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 302})
    void holdsWhereItIsNotSetUpRightAndGoesOnOnceItIs(int status) throws Exception {
        ScriptedService there = serve(call -> Reply.of(status));
        connect(options(there, EmbeddingsApi.OPENAI, DEADLINE, 16, 32));

        holdsAndGoesOn(there, "(STOPPED): HTTP " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422, 500})
    void holdsWhereEverythingIsRefused(int status) throws Exception {
        ScriptedService there = serve(call -> Reply.of(status));
        connect(options(there, EmbeddingsApi.OPENAI, DEADLINE, 16, 32));

        holdsAndGoesOn(there, "does not even embed \"ping\": HTTP " + status);
    }

    @Test
    void holdsWhereTheVectorsAreOfAnotherSize() throws Exception {
        ScriptedService there = serve(call -> new Reply(200, Map.of(), "[[1,2]]"));
        connect(options(there, EmbeddingsApi.TEI, DEADLINE, 16, 32));

        holdsAndGoesOn(there, "its vectors have 2 components, the pipeline's 3");
    }

    @Test
    void givesBackWhatIsUnderWayWhenItIsClosed() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        ScriptedService there = serve(call -> {
            entered.countDown();
            never.await();
            return null;
        });
        connect(options(there, EmbeddingsApi.OPENAI, DEADLINE, 1, 32));
        CompletableFuture<BatchResult> running = submit("a text");
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<BatchResult> waiting = submit("another");

        service().close();
        batcher().close();

        assertThatThrownBy(() -> get(running)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> get(waiting)).isInstanceOf(CancellationException.class);
    }

    @Test
    void asksForTheDimension() throws Exception {
        AtomicInteger came = new AtomicInteger();
        ScriptedService there = serve(call -> came.getAndIncrement() == 0 ? Reply.of(503) : null);
        RemoteOptions unknown =
                options(there, EmbeddingsApi.OPENAI, DEADLINE, 1, 1).withDimension(0);

        assertThat(RemoteService.askDimension(unknown, Duration.ofSeconds(60))).isEqualTo(3);

        there.follow(call -> Reply.of(401));
        assertThatThrownBy(() -> RemoteService.askDimension(unknown, Duration.ofSeconds(60)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("HTTP 401; check embedder.token")
                .hasMessageContaining("set embedder.dimension to start without it");
    }

    /** Nine texts in one call, the fifth the bad one, which the service would fail for. */
    private void failsAlone(String bad, String why) throws Exception {
        // one slot, kept by the first text until the others wait
        List<CompletableFuture<BatchResult>> good = new ArrayList<>();
        CompletableFuture<BatchResult> guilty = new CompletableFuture<>();
        for (int i = 0; i < 9; i++) {
            if (i == 4) {
                guilty = submit(bad);
            } else {
                good.add(submit("good " + i));
            }
        }
        for (CompletableFuture<BatchResult> result : good) {
            assertThat(get(result)).hasNumberOfRows(1);
        }
        CompletableFuture<BatchResult> failed = guilty;
        assertThatThrownBy(() -> get(failed)).hasMessageContaining(why);

        assertThat(service().holdReason()).isNull();
    }

    private void holdsAndGoesOn(ScriptedService there, String why) throws Exception {
        List<CompletableFuture<BatchResult>> results =
                IntStream.range(0, 5).mapToObj(i -> submit("text " + i)).toList();
        int before = there.calls().size();
        await(() -> service().holdReason() != null && there.calls().size() > before + 4);
        assertThat(service().holdReason()).contains(why);
        assertThat(results).noneMatch(CompletableFuture::isDone);

        there.follow(WELL);

        for (CompletableFuture<BatchResult> result : results) {
            assertThat(get(result)).hasNumberOfRows(1);
        }
        assertThat(service().holdReason()).isNull();
    }

    private ScriptedService serve(Script script) throws IOException {
        ScriptedService started = new ScriptedService(script);
        server = started;
        return started;
    }

    private static RemoteOptions options(
            ScriptedService there, EmbeddingsApi api, Duration deadline, int atOnce, int texts) {
        return new RemoteOptions(api, there.url(), "a-model", "hush", 3, deadline, atOnce, texts);
    }

    private void connect(RemoteOptions options) {
        RemoteService connected = RemoteService.of(options, registry, attempt -> 1L, System::nanoTime);
        service = connected;
        batcher = Batcher.ofTexts(
                Collections.nCopies(options.maxConcurrency(), connected),
                connected.admission(),
                options.dimension(),
                new BatchOptions(Integer.MAX_VALUE, 0, options.batchTexts(), false, null),
                Duration.ofMinutes(10),
                ModelSpans.UNNAMED,
                registry,
                System::nanoTime);
    }

    private RemoteService service() {
        assertThat(service).isNotNull();
        return service;
    }

    private Batcher batcher() {
        assertThat(batcher).isNotNull();
        return batcher;
    }

    private CompletableFuture<BatchResult> submit(String... texts) {
        return batcher()
                .submit(
                        Priority.INTERACTIVE,
                        Collections.nCopies(texts.length, new int[] {1}),
                        List.of(texts),
                        () -> true,
                        NoSpan.NONE);
    }

    private static float[][] get(CompletableFuture<BatchResult> result) throws Exception {
        return result.get(60, TimeUnit.SECONDS).vectors();
    }

    private long calls(String outcome) {
        return registry.get("streambed.embedder.calls")
                .tag("outcome", outcome)
                .timer()
                .count();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - until).as("waited for 60 s").isNegative();
            Thread.onSpinWait();
        }
    }
}
