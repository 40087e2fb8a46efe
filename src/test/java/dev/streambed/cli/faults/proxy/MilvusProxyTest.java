package dev.streambed.cli.faults.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.streambed.cli.faults.proxy.Call.Outcome;
import dev.streambed.cli.faults.proxy.Call.RowRef;
import dev.streambed.cli.faults.proxy.Fault.RpcStatus;
import dev.streambed.index.Backoff;
import dev.streambed.index.CoalescingIndexWriter;
import dev.streambed.index.IndexException;
import dev.streambed.index.IndexException.Kind;
import dev.streambed.index.IndexWriter.Write;
import dev.streambed.index.Row;
import dev.streambed.index.Rows;
import dev.streambed.index.WriterOptions;
import dev.streambed.index.milvus.MilvusIndex;
import dev.streambed.index.milvus.MilvusOptions;
import dev.streambed.index.milvus.MilvusRows;
import dev.streambed.testing.TestMilvus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a real Milvus, by way of the index that the service writes with. */
@Timeout(120)
class MilvusProxyTest {
    private static final int DIMENSION = 8;

    /** One for all tests: loading it takes seconds. */
    private static final String COLLECTION = TestMilvus.randomCollection();

    /** Long enough for a real call on a busy machine, short enough to wait for. */
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    private final Random random = new Random(20_261_124);
    private final String direct = TestMilvus.require().uri();
    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final MilvusProxy proxy = MilvusProxy.start(0, direct, calls::add);
    private final MilvusIndex index = index(proxy.uri(), DEADLINE);
    private final MilvusRows rows = new MilvusRows(direct, COLLECTION);

    MilvusProxyTest() throws IOException {}

    private static MilvusIndex index(String uri, Duration deadline) {
        return new MilvusIndex(new MilvusOptions(uri, null, null, COLLECTION, DIMENSION, "fingerprint", deadline));
    }

    @BeforeAll
    static void create() throws IndexException {
        try (var patient = index(TestMilvus.require().uri(), Duration.ofSeconds(60))) {
            patient.open();
        }
    }

    @BeforeEach
    void open() throws IndexException {
        index.open();
    }

    @AfterEach
    void close() throws IndexException {
        try (rows;
                index;
                proxy) {
            proxy.pass();
            connect(); // nothing is written in the call that has to connect
            index.delete(List.copyOf(rows.all().keySet()));
        }
    }

    @AfterAll
    static void drop() {
        try (var rows = new MilvusRows(TestMilvus.require().uri(), COLLECTION)) {
            rows.drop();
        }
    }

    @Test
    void passesEverythingAndTellsOfIt() throws Exception {
        long start = System.nanoTime();
        String awkward = "it's \"quoted\" \\ 日本";

        // when
        index.upsert(document("a", 7, 2));
        index.upsert(document(awkward, 3, 1));
        index.delete(List.of("a#1", awkward + "#0"));

        // then
        assertThat(index.count()).isEqualTo(1);
        assertThat(index.search(Rows.unit(DIMENSION, random), 3)).hasSize(1);
        assertThat(calls)
                .filteredOn(call -> Scope.WRITES.covers(call.method()))
                .extracting(Call::method, Call::rows, Call::outcome)
                .containsExactly(
                        tuple("Upsert", List.of(new RowRef("a#0", 7), new RowRef("a#1", 7))),
                        tuple("Upsert", List.of(new RowRef(awkward + "#0", 3))),
                        tuple("Delete", List.of(new RowRef("a#1", -1), new RowRef(awkward + "#0", -1))));
        assertThat(calls)
                .allSatisfy(
                        call -> assertThat(call.endNanos() - call.beginNanos()).isPositive());
        assertThat(proxy.count("Upsert", Outcome.ACKNOWLEDGED)).isEqualTo(2);
        assertThat(proxy.count("Search", Outcome.ANSWERED)).isEqualTo(1);
        assertThat(proxy.counts()).containsKeys("Connect", "DescribeCollection", "Query");

        // and of when
        List<Long> written = calls.stream()
                .filter(call -> call.outcome().isWritten())
                .map(Call::endNanos)
                .toList();
        assertThat(proxy.firstAcknowledgedAfter(start)).hasValue(written.get(0));
        assertThat(proxy.firstAcknowledgedAfter(written.get(0))).hasValue(written.get(1));
        assertThat(proxy.lastAcknowledged()).hasValue(written.get(2));
        assertThat(proxy.firstAcknowledgedAfter(written.get(2))).isEmpty();
        assertThat(proxy.awaitAcknowledgedAfter(start, Duration.ZERO)).hasValue(written.get(0));
    }

    private static Tuple tuple(String method, List<RowRef> rows) {
        return Assertions.tuple(method, rows, Outcome.ACKNOWLEDGED);
    }

    @ParameterizedTest
    @CsvSource({
        "8, TRANSIENT",
        "3, STOPPED",
        "7, STOPPED",
        "9, STOPPED",
        "105, STOPPED",
        "1401, STOPPED",
        "1100, POISON"
    })
    void refusesAsTheServerWould(int code, Kind kind) throws Exception {
        proxy.inject(new Fault.Refuse(code, "so the test says"), 2);

        // when, then upserts and deletions, twice
        assertThat(refused(() -> index.upsert(document("a", 1, 1))))
                .hasMessageContaining("Milvus says " + code + ", so the test says")
                .extracting(IndexException::kind)
                .isEqualTo(kind);
        assertThat(refused(() -> index.delete(List.of("a#0"))).kind()).isEqualTo(kind);
        assertThat(index.count()).isZero();

        // and a third passes
        index.upsert(document("a", 1, 1));
        assertThat(index.count()).isEqualTo(1);
        assertThat(proxy.count("Upsert", Outcome.INJECTED)).isEqualTo(1);
        assertThat(proxy.count("Delete", Outcome.INJECTED)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, TRANSIENT",
        "DEADLINE_EXCEEDED, TRANSIENT",
        "RESOURCE_EXHAUSTED, TRANSIENT",
        "UNAUTHENTICATED, STOPPED",
        "PERMISSION_DENIED, STOPPED"
    })
    void failsWithAStatusUntilItIsSwitched(RpcStatus status, Kind kind) throws Exception {
        for (Scope scope : List.of(Scope.WRITES, Scope.ALL)) {
            proxy.inject(new Fault.Fail(status, scope));

            assertThat(refused(() -> index.upsert(document("a", 1, 1))).kind()).isEqualTo(kind);
            assertThat(refused(() -> index.upsert(document("a", 1, 1))).kind()).isEqualTo(kind);
            if (scope == Scope.WRITES) {
                assertThat(index.count()).isZero();
            } else {
                assertThat(refused(index::count).kind()).isEqualTo(kind);
            }
            proxy.pass();
        }
        connect(); // nothing is written in the call that has to connect
        index.upsert(document("a", 1, 1));
        assertThat(index.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"WRITES, Upsert", "ALL, DescribeCollection"})
    void hangsUntilTheCallersDeadlineAndPassesAgain(Scope scope, String first) throws Exception {
        proxy.inject(new Fault.Hang(scope));

        assertThat(refused(() -> index.upsert(document("a", 1, 1))))
                .hasMessageContaining("no answer within the deadline")
                .extracting(IndexException::kind)
                .isEqualTo(Kind.TRANSIENT);
        awaitHanging(0); // the caller's deadline comes a moment before the server's

        // when
        proxy.pass();

        // then nothing comes late
        connect(); // nothing is written in the call that has to connect
        index.upsert(document("b", 1, 1));
        assertThat(rows.all()).containsOnlyKeys("b#0");
        assertThat(proxy.count(first, Outcome.ABANDONED)).isEqualTo(1);
    }

    /** Any call that writes nothing: a call that did not get through has cost the connection. */
    private void connect() throws IndexException {
        String unused = index.open();
    }

    private void awaitHanging(int calls) {
        while (proxy.hanging() != calls) {
            Thread.onSpinWait();
        }
    }

    @Test
    void answersWhatHungIfItIsStillWaitedFor() throws Exception {
        MilvusIndex patient = index(proxy.uri(), Duration.ofSeconds(60));
        var unused = patient.open(); // nothing is written in the call that has to connect
        proxy.inject(new Fault.Hang(Scope.WRITES));
        CompletableFuture<Void> write = CompletableFuture.runAsync(() -> {
            try {
                patient.upsert(document("a", 1, 1));
            } catch (IndexException e) {
                throw new CompletionException(e);
            }
        });
        awaitHanging(1);

        // given that another kind of hang takes up what the first had
        proxy.inject(new Fault.Hang(Scope.ALL));
        assertThat(proxy.hanging()).isEqualTo(1);

        // when
        proxy.pass();

        // then
        write.join();
        assertThat(rows.all()).containsOnlyKeys("a#0");
        patient.close();
    }

    @Test
    void keepsCallsForAWhile() throws Exception {
        proxy.inject(new Fault.Slow(Duration.ofMillis(300), Scope.WRITES));

        index.upsert(document("a", 1, 1));

        Call call = calls.stream()
                .filter(each -> each.method().equals("Upsert"))
                .findFirst()
                .orElseThrow();
        assertThat(Duration.ofNanos(call.endNanos() - call.beginNanos())).isGreaterThan(Duration.ofMillis(300));

        // and what is too slow for its caller is not written
        proxy.inject(new Fault.Slow(DEADLINE.multipliedBy(100), Scope.WRITES), 1);
        assertThat(refused(() -> index.upsert(document("b", 1, 1))).kind()).isEqualTo(Kind.TRANSIENT);
        assertThat(rows.all()).containsOnlyKeys("a#0");
    }

    @Test
    void losesTheAnswerAfterTheWrite() throws Exception {
        proxy.inject(new Fault.LoseAnswer(), 1);

        assertThat(refused(() -> index.upsert(document("a", 1, 1))))
                .hasMessageContaining("UNAVAILABLE")
                .extracting(IndexException::kind)
                .isEqualTo(Kind.TRANSIENT);

        // then it is there all the same
        assertThat(rows.all()).containsOnlyKeys("a#0");
        assertThat(proxy.count("Upsert", Outcome.LOST)).isEqualTo(1);
        assertThat(proxy.lastAcknowledged()).isPresent();

        // and the next is answered
        connect(); // nothing is written in the call that has to connect
        index.upsert(document("a", 1, 1));
        assertThat(index.count()).isEqualTo(1);
    }

    @Test
    void poisonIsFoundInAThousandRowsAndFailsItsDocumentAlone() {
        proxy.poison("bad#1"::equals);
        var writes = new LinkedHashMap<String, CompletableFuture<Void>>();
        List<Write> documents = IntStream.range(0, 250)
                .mapToObj(i -> i == 117 ? "bad" : "good " + i)
                .map(id -> new Write(id, document(id, 1, 4), List.of(), () -> true))
                .toList();
        proxy.inject(new Fault.Refuse(8, "one moment"), 2); // so that the writer gathers

        // when
        try (var writer = new CoalescingIndexWriter(
                index, WriterOptions.DEFAULT, Backoff.standard(), new SimpleMeterRegistry())) {
            documents.forEach(write -> writes.put(write.documentId(), writer.write(write)));

            // then
            assertThatThrownBy(
                            () -> Objects.requireNonNull(writes.remove("bad")).join())
                    .hasCauseInstanceOf(IndexException.class)
                    .hasMessageContaining("1100")
                    .hasMessageContaining("bad#1");
            writes.values().forEach(CompletableFuture::join);
        }
        assertThat(rows.all()).hasSize(249 * 4).doesNotContainKeys("bad#0", "bad#1", "bad#2", "bad#3");
        assertThat(calls.stream()
                        .filter(call -> call.ids().contains("bad#1"))
                        .filter(call -> call.ids().size() > 4))
                .as("calls in which it was not alone")
                .isNotEmpty();

        // and no longer when it is no longer poisonous
        proxy.poison(id -> false);
        assertThat(refusal(() -> index.upsert(document("bad", 1, 4)))).isNull();
    }

    @Test
    void saysUnavailableWhileTheServerIsAwayAndFindsItWhenItIsBack() throws Exception {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var target = URI.create(direct);
        try (var before = MilvusProxy.start(0, "http://127.0.0.1:" + port, call -> {});
                var away = index(before.uri(), DEADLINE)) {
            assertThat(refused(() -> away.upsert(document("a", 1, 1))))
                    .hasMessageContaining("UNAVAILABLE")
                    .extracting(IndexException::kind)
                    .isEqualTo(Kind.TRANSIENT);

            // when something listens there
            try (var back = TcpProxy.start(port, new InetSocketAddress(target.getHost(), target.getPort()))) {
                IndexException refusal = refusal(() -> away.upsert(document("a", 1, 1)));
                while (refusal != null && refusal.kind() == Kind.TRANSIENT) {
                    refusal = refusal(() -> away.upsert(document("a", 1, 1)));
                }

                // then
                assertThat(refusal).isNull();
                assertThat(back.accepted()).isPositive();
            }
        }
        assertThat(rows.all()).containsOnlyKeys("a#0");
    }

    private List<Row> document(String id, long version, int chunks) {
        return Rows.document(id, version, chunks, DIMENSION, random);
    }

    private interface Attempt {
        void run() throws IndexException;
    }

    private static IndexException refused(Attempt attempt) {
        return Objects.requireNonNull(refusal(attempt), "it was not refused");
    }

    private static @Nullable IndexException refusal(Attempt attempt) {
        return catchThrowableOfType(IndexException.class, attempt::run);
    }
}
