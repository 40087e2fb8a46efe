package dev.streambed.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.cli.broker.EmbeddedBroker;
import dev.streambed.cli.config.ConfigLoader;
import dev.streambed.cli.config.ConfigValue;
import dev.streambed.cli.config.StreambedConfig;
import dev.streambed.cli.faulty.StubModel;
import dev.streambed.cli.service.Role;
import dev.streambed.cli.service.Service;
import dev.streambed.cli.service.Services;
import dev.streambed.cli.service.Traces;
import dev.streambed.client.EmbeddingClient;
import dev.streambed.client.EmbeddingClientConfig;
import dev.streambed.client.SubmitOptions;
import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.document.DocumentChange;
import dev.streambed.index.memory.MemoryIndex;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.testing.OtlpReceiver;
import dev.streambed.testing.OtlpReceiver.Kind;
import dev.streambed.testing.OtlpReceiver.Span;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of documents on their way through a broker, both stages and a store, as a collector gets them. */
@SuppressWarnings("NullAway.Init")
class TracesTest {
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String TEXT = "Nobody but the store may read this sentence.";
    private static final int DOCUMENTS = 6;

    @TempDir
    static Path directory;

    private static final Gate MODEL = new Gate();
    private static final Gate STORE = new Gate();
    private static final OtlpReceiver RECEIVER = OtlpReceiver.start();
    private static final MeterRegistry REGISTRY = new SimpleMeterRegistry();

    private static EmbeddedBroker broker;
    private static Service service;
    private static EmbeddingClient client;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("broker"), 0);
        StreambedConfig config = config(Map.of(
                "traces.endpoint", RECEIVER.url().toString(),
                "traces.sample-ratio", "0",
                "index.type", "memory",
                "index.calls-in-flight", "1",
                "embed.workers", "1",
                "drift.enabled", "false", // its canary would come before what waits for the gates
                "state.dir", directory.resolve("state").toString()));
        TopicsCommand.createMissing(config);
        service = Services.around(
                        files -> new GatedModel(new StubModel(0), MODEL),
                        engine -> new GatedStore(new MemoryIndex(engine.dimension()), STORE))
                .start(config, EnumSet.allOf(Role.class), REGISTRY);
        await("ready", service::ready);
        client = EmbeddingClient.connect(EmbeddingClientConfig.of(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        client.close();
        service.close();
        broker.close();
        RECEIVER.close();
    }

    @Test
    void oneTraceLeadsFromTheCallerToTheCompletion() {
        String trace = newTrace();

        Completion completion = submit("followed", TEXT, trace).join();

        assertThat(completion.outcome()).isEqualTo(Outcome.INDEXED);
        RECEIVER.await("the trace", spans -> RECEIVER.trace(trace).size() == 7);
        Span process = span(trace, "process documents");
        assertThat(process.parentId()).isEqualTo(PARENT);
        assertThat(process.kind()).isEqualTo(Kind.CONSUMER);
        assertThat(process.attributes())
                .containsEntry("messaging.system", "kafka")
                .containsEntry("messaging.operation.type", "process")
                .containsEntry("messaging.operation.name", "process")
                .containsEntry("messaging.destination.name", "documents")
                .containsEntry("messaging.consumer.group.name", "streambed-minilm-embed")
                .containsEntry("messaging.kafka.message.key", "followed")
                .containsEntry("messaging.message.id", completion.eventId())
                .containsEntry("messaging.message.conversation_id", "c-1")
                .containsEntry("streambed.log.record", "upsert")
                .containsEntry("streambed.chunks", 1L)
                .containsKeys(
                        "messaging.destination.partition.id", "messaging.kafka.offset", "messaging.message.body.size");
        Span batch = childOf(process, span(trace, "embeddings all-MiniLM-L6-v2"));
        assertThat(batch.kind()).isEqualTo(Kind.INTERNAL);
        assertThat(batch.attributes())
                .containsEntry("gen_ai.operation.name", "embeddings")
                .containsEntry("gen_ai.provider.name", "onnxruntime")
                .containsEntry("gen_ai.request.model", "all-MiniLM-L6-v2")
                .containsEntry("gen_ai.embeddings.dimension.count", 384L)
                .containsEntry("streambed.batch.chunks", 1L);
        assertThat(batch.attributes().get("gen_ai.usage.input_tokens"))
                .isEqualTo(batch.attributes().get("streambed.batch.padded_tokens"))
                .isEqualTo(childOf(process, span(trace, "chunk")).attributes().get("streambed.tokens"));
        Span logged = childOf(process, span(trace, "send embeddings.minilm"));
        assertThat(logged.kind()).isEqualTo(Kind.PRODUCER);
        Span indexed = childOf(logged, span(trace, "process embeddings.minilm"));
        assertThat(indexed.kind()).isEqualTo(Kind.CONSUMER);
        assertThat(indexed.attributes())
                .containsEntry("messaging.consumer.group.name", "streambed-minilm-index")
                .containsEntry("messaging.message.id", completion.eventId())
                .containsEntry("streambed.outcome", "INDEXED");
        Span upsert = childOf(indexed, span(trace, "upsert memory"));
        assertThat(upsert.kind()).isEqualTo(Kind.CLIENT);
        assertThat(upsert.attributes())
                .containsEntry("db.system.name", "lucene")
                .containsEntry("db.collection.name", "memory")
                .containsEntry("db.operation.name", "upsert")
                .containsEntry("streambed.batch.rows", 1L)
                .doesNotContainKey("db.operation.batch.size");
        Span answered = childOf(indexed, span(trace, "send completions"));
        assertThat(answered.kind()).isEqualTo(Kind.PRODUCER);
        assertThat(completion.traceparent())
                .isEqualTo("00-" + trace + "-" + answered.context().spanId() + "-01");
        assertThat(RECEIVER.trace(trace)).noneMatch(Span::isError).allSatisfy(span -> {
            assertThat(span.endNanos()).isGreaterThanOrEqualTo(span.startNanos());
            assertThat(span.toString()).doesNotContain("sentence");
            assertThat(span.resource()).containsEntry("service.name", "streambed");
        });
    }

    @Test
    void aBatchAndACallToTheStoreAreLinkedToEachOfTheirDocuments() {
        List<CompletableFuture<Completion>> answers = new ArrayList<>();
        List<String> traces =
                IntStream.range(0, DOCUMENTS).mapToObj(i -> newTrace()).toList();
        try {
            STORE.shut();
            answers.add(submit("in-the-store", "first", newTrace()));
            STORE.awaitSomebody();
            MODEL.shut();
            answers.add(submit("in-the-model", "second", newTrace()));
            MODEL.awaitSomebody();
            traces.forEach(trace -> answers.add(submit(trace, "the same text", trace)));
            await("in the queue", () -> gauge("streambed.embed.queued.chunks") == DOCUMENTS);
            MODEL.open();
            await("in the writer", () -> gauge("streambed.index.queued.documents") == DOCUMENTS + 2);
        } finally {
            MODEL.open();
            STORE.open();
        }
        answers.forEach(answer -> assertThat(answer.join().outcome()).isEqualTo(Outcome.INDEXED));

        RECEIVER.await("all answers", spans -> traces.stream().allMatch(trace -> has(trace, "send completions")));
        linked("process documents", "embeddings all-MiniLM-L6-v2", "streambed.batch.chunks", DOCUMENTS, traces);
        linked("process embeddings.minilm", "upsert memory", "db.operation.batch.size", DOCUMENTS + 1, traces);
    }

    /** Every document's span is linked to by one that is in the trace of its first, and links back, or is its parent. */
    private static void linked(String document, String shared, String size, int most, List<String> traces) {
        List<Span> documents =
                traces.stream().map(trace -> span(trace, document)).toList();
        List<Span> ofAll = RECEIVER.spans().stream()
                .filter(span -> span.name().equals(shared) && span.links().size() > 1)
                .toList();
        for (Span each : documents) {
            Span one = ofAll.stream()
                    .filter(span -> span.links().contains(each.context()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("nothing shared has a link to " + each));
            assertThat(one.attributes())
                    .containsEntry(size, (long) one.links().size())
                    .containsEntry(
                            "streambed.batch.documents", (long) one.links().size());
            if (!each.context().spanId().equals(one.parentId())) {
                assertThat(each.links()).contains(one.context());
            }
        }
        assertThat(ofAll).extracting(span -> span.links().size()).contains(most);
    }

    @Test
    void saysWhyAnEventWasRejected() {
        String trace = newTrace();

        Completion completion = client.submitRecord("wrong".getBytes(UTF_8), "no JSON".getBytes(UTF_8), options(trace))
                .join();

        assertThat(completion.outcome()).isEqualTo(Outcome.REJECTED);
        RECEIVER.await("the trace", spans -> RECEIVER.trace(trace).size() == 2);
        Span process = span(trace, "process documents");
        assertThat(process.isError()).isTrue();
        assertThat(process.attributes())
                .containsEntry("streambed.outcome", "REJECTED")
                .containsEntry("streambed.reason", "malformed")
                .containsEntry("error.type", "malformed");
        assertThat(childOf(process, span(trace, "send completions")).isError()).isFalse();
    }

    @Test
    void tracesDeletionsAndWhatIsUnchanged() {
        String first = newTrace();
        String same = newTrace();
        String deletion = newTrace();

        assertThat(submit("comes-and-goes", "here", first).join().outcome()).isEqualTo(Outcome.INDEXED);
        assertThat(submit("comes-and-goes", "here", same).join().outcome()).isEqualTo(Outcome.UNCHANGED);
        assertThat(client.submit(DocumentChange.delete("comes-and-goes"), options(deletion))
                        .join()
                        .outcome())
                .isEqualTo(Outcome.DELETED);

        RECEIVER.await("the traces", spans -> has(deletion, "send completions"));
        assertThat(span(same, "process documents").attributes()).containsEntry("streambed.log.record", "unchanged");
        assertThat(span(same, "process embeddings.minilm").attributes())
                .containsEntry("streambed.outcome", "UNCHANGED")
                .containsEntry("messaging.kafka.message.tombstone", true);
        assertThat(span(deletion, "process documents").attributes()).containsEntry("streambed.log.record", "tombstone");
        assertThat(span(deletion, "delete memory").attributes()).containsEntry("streambed.batch.rows", 1L);
    }

    @Test
    void leavesAloneWhatIsNotToBeTraced() {
        String notSampled = "00-" + newTrace() + "-" + PARENT + "-00";
        List<String> headers =
                List.of(notSampled, "00-1-2-01", "x".repeat(512), "00-" + "0".repeat(32) + "-" + PARENT + "-01");
        List<CompletableFuture<Completion>> answers = headers.stream()
                .map(header -> client.submit(
                        DocumentChange.upsert(UUID.randomUUID().toString(), TEXT),
                        SubmitOptions.DEFAULTS.withTraceparent(header)))
                .toList();
        CompletableFuture<Completion> without = client.submit(DocumentChange.upsert("without", TEXT));

        assertThat(answers).extracting(answer -> answer.join().traceparent()).isEqualTo(headers);
        assertThat(without.join().traceparent()).isNull();
        String last = newTrace();
        submit("last", "the last one", last).join();
        RECEIVER.await("what came later", spans -> has(last, "send completions"));
        List<String> eventIds = Stream.concat(answers.stream(), Stream.of(without))
                .map(answer -> answer.join().eventId())
                .toList();
        assertThat(RECEIVER.spans())
                .noneMatch(span -> eventIds.contains(span.attributes().get("messaging.message.id")));
    }

    @Test
    void publishBeginsTheTraceAndSeesItsEnd() {
        int exit = publish("published", "--wait", "--set", "traces.service-name=the-publisher");

        assertThat(exit).isZero();
        String trace = traceOf("send documents", "published");
        RECEIVER.await("the trace", spans -> RECEIVER.trace(trace).size() == 9);
        Span sent = span(trace, "send documents");
        assertThat(sent.kind()).isEqualTo(Kind.PRODUCER);
        assertThat(sent.parentId()).isEmpty();
        assertThat(sent.resource()).containsEntry("service.name", "the-publisher");
        Span process = childOf(sent, span(trace, "process documents"));
        assertThat(process.resource()).containsEntry("service.name", "streambed");
        Span received = childOf(span(trace, "send completions"), span(trace, "receive completions"));
        assertThat(received.kind()).isEqualTo(Kind.CONSUMER);
        assertThat(received.attributes()).containsEntry("streambed.outcome", "INDEXED");
    }

    @Test
    void publishTellsWhereTheBrokerPutIt() {
        assertThat(publish("put-down")).isZero();

        String trace = traceOf("send documents", "put-down");
        RECEIVER.await("the trace", spans -> has(trace, "process documents"));
        Span sent = span(trace, "send documents");
        Span process = childOf(sent, span(trace, "process documents"));
        assertThat(sent.resource()).containsEntry("service.name", "streambed-publish");
        for (String where :
                List.of("messaging.destination.partition.id", "messaging.kafka.offset", "messaging.message.id")) {
            assertThat(sent.attributes().get(where))
                    .isNotNull()
                    .isEqualTo(process.attributes().get(where));
        }
    }

    @Test
    void goesOnWhileTheCollectorHangs() {
        RECEIVER.hang();
        try {
            List<CompletableFuture<Completion>> answers = IntStream.range(0, 1_000)
                    .mapToObj(i -> submit("hanging-" + i, "text " + i, newTrace()))
                    .toList();

            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.join().outcome()).isEqualTo(Outcome.INDEXED));
            await("lost spans, counted", () -> counted("dropped") + counted("failed") > 0);
        } finally {
            RECEIVER.goOn();
        }
        await("room for the spans of other tests", TracesTest::isDelivered);
    }

    /** What waits for room may be dropped, so each attempt has a trace of its own. */
    private static boolean isDelivered() {
        String trace = newTrace();
        submit(trace, TEXT, trace).join();
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (RECEIVER.trace(trace).size() < 7 && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return RECEIVER.trace(trace).size() == 7;
    }

    @Test
    void nothingIsThereWithoutAnEndpoint() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();

        assertThat(Traces.open(config(Map.of()), "streambed", registry)).isSameAs(Tracing.OFF);
        assertThat(registry.getMeters()).isEmpty();
    }

    private int publish(String id, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "publish",
                "-",
                "--set",
                "kafka.bootstrap.servers=" + broker.bootstrapServers(),
                "--set",
                "traces.endpoint=" + RECEIVER.url(),
                "--set",
                "traces.sample-ratio=1"));
        arguments.addAll(List.of(options));
        return new Terminal()
                .input("{\"id\":\"" + id + "\",\"text\":\"" + TEXT + "\"}\n")
                .run(arguments.toArray(String[]::new));
    }

    private static String traceOf(String name, String documentId) {
        RECEIVER.await(
                name + " of " + documentId, spans -> find(name, documentId).size() == 1);
        return find(name, documentId).get(0).context().traceId();
    }

    private static List<Span> find(String name, String documentId) {
        return RECEIVER.spans().stream()
                .filter(span -> span.name().equals(name)
                        && documentId.equals(span.attributes().get("messaging.kafka.message.key")))
                .toList();
    }

    private static Span childOf(Span parent, Span child) {
        assertThat(child.parentId())
                .as("parent of %s", child.name())
                .isEqualTo(parent.context().spanId());
        return child;
    }

    private static boolean has(String trace, String name) {
        return RECEIVER.trace(trace).stream().anyMatch(span -> span.name().equals(name));
    }

    private static Span span(String trace, String name) {
        return RECEIVER.trace(trace).stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(trace + " has no " + name + ": " + RECEIVER.trace(trace)));
    }

    private static CompletableFuture<Completion> submit(String id, String text, String trace) {
        return client.submit(DocumentChange.upsert(id, text), options(trace));
    }

    private static SubmitOptions options(String trace) {
        return SubmitOptions.DEFAULTS.withCorrelationId("c-1").withTraceparent("00-" + trace + "-" + PARENT + "-01");
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static double counted(String outcome) {
        return REGISTRY.get("streambed.traces.spans")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static double gauge(String name) {
        return REGISTRY.get(name).gauge().value();
    }

    private static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("%s in time", what).isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static StreambedConfig config(Map<String, String> settings) {
        Map<String, ConfigValue> values = new HashMap<>();
        values.put("kafka.bootstrap.servers", new ConfigValue(broker.bootstrapServers(), "test"));
        settings.forEach((key, value) -> values.put(key, new ConfigValue(value, "test")));
        return ConfigLoader.load(null, Map.of(), values).config();
    }
}
