package dev.streambed.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.index.IndexException.Kind;
import dev.streambed.index.IndexWriter.Write;
import dev.streambed.observe.trace.NoSpan;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CoalescingIndexWriterTest {
    private static final Backoff AT_ONCE = (kind, attempt) -> Duration.ZERO;
    private static final Backoff NEVER = (kind, attempt) -> Duration.ofDays(1);

    private final Random random = new Random(20_261_124);
    private final FakeStore store = new FakeStore();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Gate gate = new Gate();
    private CoalescingIndexWriter writer = writer(1, 100, AT_ONCE);

    private CoalescingIndexWriter writer(int calls, int maxRows, Backoff backoff) {
        return new CoalescingIndexWriter(
                store, new WriterOptions(maxRows, 1_000_000, calls, Duration.ofSeconds(30)), backoff, registry);
    }

    private void use(Supplier<CoalescingIndexWriter> other) {
        writer.close();
        writer = other.get();
    }

    @AfterEach
    void close() {
        gate.open();
        writer.close();
        assertThat(store.violations()).isEmpty();
        assertThat(store.mostCalls.get()).isLessThanOrEqualTo(3);
    }

    /** Lets no call through until it is opened. */
    private static final class Gate {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        FakeStore.Fault fault() {
            return (deletes, ids) -> {
                entered.countDown();
                open.await();
                return null;
            };
        }

        void awaitCall() throws InterruptedException {
            assertThat(entered.await(30, TimeUnit.SECONDS)).isTrue();
        }

        void open() {
            open.countDown();
        }
    }

    private Write document(String id, int chunks, String... stale) {
        return new Write(id, Rows.document(id, 1, chunks, 4, random), List.of(stale), () -> true);
    }

    private static Write text(String id, String text) {
        return new Write(id, List.of(Rows.row(id, 1, 0, text, new float[] {1})), List.of(), () -> true);
    }

    private static void await(List<CompletableFuture<Void>> futures)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    }

    @Test
    void takesAtOnceWhatIsThereAndGathersTheRestMeanwhile() throws Exception {
        // given a first call under way
        store.fault = gate.fault();
        var futures = new ArrayList<CompletableFuture<Void>>();
        futures.add(writer.write(document("first", 3)));
        gate.awaitCall();

        // when more come
        for (int i = 0; i < 40; i++) {
            futures.add(writer.write(document("d" + i, 3)));
        }
        gate.open();
        await(futures);

        // then they went in as few calls as 100 rows each allow
        assertThat(store.upserts()).extracting(List::size).containsExactly(3, 100, 20);
        assertThat(store.rows).hasSize(123);
    }

    @Test
    void waitsForACallsWorthWhileAllThatWaitsMay() throws Exception {
        // given idle workers, and what may wait for longer than this test lasts
        use(() -> writer(2, 100, AT_ONCE));
        var futures = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 100; i++) {
            futures.add(writer.write(patient("d" + i, 1, Duration.ofDays(1))));
        }

        // then the hundredth row made the call
        await(futures);
        assertThat(store.upserts()).extracting(List::size).containsExactly(100);
    }

    @Test
    void takesWhatWaitsForOthersAlongWithWhatDoesNot() throws Exception {
        use(() -> writer(2, 100, AT_ONCE));
        var futures = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 10; i++) {
            futures.add(writer.write(patient("d" + i, 3, Duration.ofDays(1))));
        }
        futures.add(writer.write(document("urgent", 3)));

        await(futures);
        assertThat(store.upserts()).extracting(List::size).containsExactly(33);
    }

    @Test
    void waitsNoLongerThanTheFirstOfThemMay() throws Exception {
        var futures = new ArrayList<CompletableFuture<Void>>();
        futures.add(writer.write(patient("day", 3, Duration.ofDays(1))));
        futures.add(writer.write(patient("instant", 3, Duration.ofMillis(1))));

        await(futures);
        assertThat(store.upserts()).extracting(List::size).containsExactly(6);
    }

    @Test
    void waitsForNoMoreBytesThanACallTakes() throws Exception {
        String long600k = "x".repeat(600_000);
        var futures = new ArrayList<CompletableFuture<Void>>();
        for (String id : List.of("a", "b")) {
            List<Row> rows = List.of(Rows.row(id, 1, 0, long600k, new float[] {1}));
            futures.add(writer.write(new Write(id, rows, List.of(), () -> true, Duration.ofDays(1), NoSpan.NONE)));
        }

        // then the first went when the second came, which fits no more and waits on
        futures.get(0).get(30, TimeUnit.SECONDS);
        assertThat(store.upserts()).extracting(List::size).containsExactly(1);
        assertThat(futures.get(1)).isNotDone();
    }

    @Test
    void waitsOnWhenWhatWouldNotWaitIsGivenUp() throws Exception {
        // given a call under way, and behind it one that may wait and one that may not
        store.fault = gate.fault();
        var futures = new ArrayList<CompletableFuture<Void>>();
        futures.add(writer.write(document("first", 3)));
        gate.awaitCall();
        futures.add(writer.write(patient("patient", 3, Duration.ofDays(1))));
        CompletableFuture<Void> urgent = writer.write(document("urgent", 3));

        // when the second is given up
        urgent.cancel(false);
        gate.open();
        futures.get(0).get(30, TimeUnit.SECONDS);
        futures.add(writer.write(patient("more", 97, Duration.ofDays(1))));

        // then the first has waited for a call's worth
        await(futures);
        assertThat(store.upserts()).extracting(List::size).containsExactly(3, 100);
    }

    @Test
    void closesWithoutWaitingForOthers() {
        CompletableFuture<Void> waiting = writer.write(patient("a", 3, Duration.ofDays(1)));

        writer.close();

        assertThat(waiting).isCompletedExceptionally();
        assertThat(store.upserts()).isEmpty();
    }

    private Write patient(String id, int chunks, Duration linger) {
        return new Write(id, Rows.document(id, 1, chunks, 4, random), List.of(), () -> true, linger, NoSpan.NONE);
    }

    @Test
    void deletesStaleIdsOnlyWhenAllRowsOfTheDocumentAreAcknowledged() throws Exception {
        // given a document of three calls, the first of which takes long
        use(() -> writer(3, 10, AT_ONCE));
        FakeStore.Fault wait = gate.fault();
        store.fault = (deletes, ids) -> ids.contains("a#0") ? wait.before(deletes, ids) : null;
        CompletableFuture<Void> slow = writer.write(document("a", 25, "a#25", "a#26"));
        gate.awaitCall();

        // when others are written and deleted meanwhile
        await(List.of(writer.write(document("b", 1, "b#1"))));
        await(List.of(writer.write(document("c", 1, "c#1"))));

        // then its own stale ids were left alone
        assertThat(store.rows.keySet().stream().filter(id -> id.startsWith("a#")))
                .hasSize(15);
        assertThat(store.deletes()).containsExactly(List.of("b#1"), List.of("c#1"));

        // until its rows were all there
        gate.open();
        await(List.of(slow));
        assertThat(store.deletes()).endsWith(List.of("a#25", "a#26"));
        assertThat(store.rows).hasSize(27);
    }

    @Test
    void sharesALargeDocumentAmongItsWorkers() throws Exception {
        // given calls that end only when there are three
        use(() -> writer(3, 10, AT_ONCE));
        var three = new CountDownLatch(3);
        store.fault = (deletes, ids) -> {
            three.countDown();
            assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
            return null;
        };

        // when
        await(List.of(writer.write(document("a", 30))));

        // then
        assertThat(store.mostCalls).hasValue(3);
    }

    @Test
    void boundsACallByBytesButSendsALargerRowAlone() throws Exception {
        // given
        use(() -> new CoalescingIndexWriter(
                store, new WriterOptions(100, 10_000, 1, Duration.ofSeconds(30)), AT_ONCE, registry));
        store.fault = gate.fault();
        var futures = new ArrayList<CompletableFuture<Void>>();
        futures.add(writer.write(document("first", 1)));
        gate.awaitCall();

        // when
        for (int i = 0; i < 4; i++) {
            futures.add(writer.write(text("four thousand " + i, "x".repeat(4_000))));
        }
        futures.add(writer.write(text("large", "x".repeat(30_000))));
        gate.open();
        await(futures);

        // then
        assertThat(store.upserts()).extracting(List::size).containsExactly(1, 2, 2, 1);
    }

    @Test
    void doesNotLetALargeDocumentKeepOthersWaiting() throws Exception {
        // given
        use(() -> writer(1, 10, AT_ONCE));
        store.fault = gate.fault();
        CompletableFuture<Void> large = writer.write(document("large", 1_000));
        gate.awaitCall();
        CompletableFuture<Void> small = writer.write(document("small", 1));
        var left = new AtomicInteger();
        var counted = small.thenRun(() -> left.set(1_000 - store.rows.size()));

        // when
        gate.open();
        await(List.of(large, small, counted));

        // then it went between the large one's calls
        assertThat(left.get()).isGreaterThan(900);
    }

    @Test
    void triesForEverWithSmallerCallsWhileTheStoreIsAway() throws Exception {
        // given a store that is away for 50 calls
        var sizes = new ArrayList<Integer>();
        var holds = new ArrayList<String>();
        var codes = new ArrayList<String>();
        store.fault = (deletes, ids) -> {
            sizes.add(ids.size());
            holds.add(String.valueOf(writer.holdReason()));
            codes.add(String.valueOf(writer.holdCode()));
            return sizes.size() <= 50 ? FakeStore.refusal(sizes.size() % 7 == 0 ? Kind.STOPPED : Kind.TRANSIENT) : null;
        };

        // when
        await(List.of(writer.write(document("a", 100, "a#100"))));

        // then
        assertThat(sizes).startsWith(100, 50, 25, 12, 6, 3).contains(1);
        assertThat(sizes.subList(50, sizes.size())).startsWith(1, 2, 4, 8, 16, 32);
        assertThat(holds.get(0)).isEqualTo("null");
        assertThat(holds.subList(1, 51)).allMatch(reason -> reason.contains("told to refuse"));
        assertThat(holds.get(51)).isEqualTo("null");
        assertThat(writer.holdReason()).isNull();
        assertThat(codes).startsWith("null", "STORE_TRANSIENT");
        assertThat(codes.get(7)).as("after the seventh refusal").isEqualTo("STORE_STOPPED");
        assertThat(codes.get(8)).isEqualTo("STORE_TRANSIENT");
        assertThat(codes.get(51)).isEqualTo("null");
        assertThat(store.rows).hasSize(100);
        assertThat(registry.get("streambed.index.retries")
                        .tag("kind", "STOPPED")
                        .counter()
                        .count())
                .isEqualTo(7);
    }

    @Test
    void letsOneCallAloneTryWhileItHolds() throws Exception {
        // given
        use(() -> writer(3, 1, AT_ONCE));
        var trying = new AtomicInteger();
        var most = new AtomicInteger();
        var allWait = new AtomicBoolean();
        var refused = new AtomicInteger();
        store.fault = (deletes, ids) -> {
            if (writer.holdReason() == null) {
                return allWait.get() ? null : FakeStore.refusal(Kind.TRANSIENT);
            }
            most.accumulateAndGet(trying.incrementAndGet(), Math::max);
            trying.decrementAndGet();
            return allWait.get() && refused.getAndIncrement() >= 200 ? null : FakeStore.refusal(Kind.TRANSIENT);
        };
        // and a call that begins the hold alone: what began beside it would be no try
        CompletableFuture<Void> first = writer.write(document("first", 1));
        while (writer.holdReason() == null) {
            Thread.onSpinWait();
        }

        // when
        var futures = new ArrayList<>(List.of(first));
        IntStream.range(0, 50).forEach(i -> futures.add(writer.write(document("d" + i, 1))));
        allWait.set(true);
        await(futures);

        // then
        assertThat(most).hasValue(1);
    }

    @Test
    void cancelsAndClosesWhileItHolds() throws Exception {
        // given a store that refused, and a day to wait
        use(() -> writer(3, 100, NEVER));
        store.fault = (deletes, ids) -> FakeStore.refusal(Kind.STOPPED);
        CompletableFuture<Void> cancelled = writer.write(document("a", 1));
        CompletableFuture<Void> queued = writer.write(document("b", 1));

        // when
        assertThat(cancelled.cancel(false)).isTrue();
        writer.close();

        // then
        assertThat(queued).isCompletedExceptionally();
        assertThat(store.calls()).isZero();
        assertThat(registry.find("streambed.index.hold").gauge()).isNull();
    }

    @Test
    void failsThePoisonousDocumentAlone() throws Exception {
        // given 64 documents in one call, one of them poisonous in its second row
        store.fault = gate.fault();
        var futures = new ArrayList<CompletableFuture<Void>>();
        futures.add(writer.write(document("first", 1)));
        gate.awaitCall();
        for (int i = 0; i < 64; i++) {
            futures.add(writer.write(text("d" + i, "fine")));
        }
        var rows = List.of(Rows.row("bad", 1, 0, "fine", new float[1]), Rows.row("bad", 1, 1, "poison", new float[1]));
        CompletableFuture<Void> bad = writer.write(new Write("bad", rows, List.of("bad#2"), () -> true));

        // when
        gate.open();
        await(futures);

        // then
        assertThatThrownBy(() -> bad.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        IndexException.class, e -> assertThat(e.kind()).isEqualTo(Kind.POISON));
        assertThat(store.rows).hasSize(65).doesNotContainKeys("bad#0", "bad#1");
        assertThat(store.deletes()).isEmpty();
        assertThat(registry.get("streambed.index.poison").counter().count()).isEqualTo(1);
        assertThat(registry.get("streambed.index.call")
                        .tag("op", "upsert")
                        .timer()
                        .count())
                .as("calls to find one in 65")
                .isLessThanOrEqualTo(1 + 1 + 2 * 7);
    }

    @Test
    void refusesAWholeDocumentBeforeItsFirstCallWhereTheStoreSeesThatItCannotTakeIt() throws Exception {
        // given a document of three calls whose last row is beyond a limit
        use(() -> writer(1, 10, AT_ONCE));
        var rows = new ArrayList<>(Rows.document("bad", 1, 24, 1, random));
        rows.add(Rows.row("bad", 1, 24, "seen to be poison", new float[1]));

        // when
        CompletableFuture<Void> bad = writer.write(new Write("bad", rows, List.of(), () -> true));
        await(List.of(writer.write(document("good", 1))));

        // then nothing of it was written: what was there before stays
        assertThatThrownBy(bad::get).hasCauseInstanceOf(IndexException.class);
        assertThat(store.rows).containsOnlyKeys("good#0");
    }

    @Test
    void doesNotCompleteADocumentByOnePartWhileItsOtherPartIsBeingRefused() throws Exception {
        // given a document in two calls at a time: the first is refused, and the second is acknowledged amid the
        // settling of that
        var both = new CountDownLatch(2);
        var settled = new CountDownLatch(1);
        MeterRegistry meters = refusalsCountedAfter(() -> {
            gate.open();
            awaitZero(settled);
        });
        use(() -> new CoalescingIndexWriter(
                store, new WriterOptions(1, 1_000_000, 2, Duration.ofSeconds(30)), AT_ONCE, meters));
        FakeStore.Fault second = gate.fault();
        store.fault = (deletes, ids) -> {
            if (ids.contains("b#0")) {
                settled.countDown(); // its worker is done with the second call
                return null;
            }
            both.countDown();
            awaitZero(both);
            return ids.contains("a#1") ? second.before(deletes, ids) : null;
        };
        var rows =
                List.of(Rows.row("a", 1, 0, "poison", new float[] {1}), Rows.row("a", 1, 1, "fine", new float[] {1}));
        CompletableFuture<Void> bad = writer.write(new Write("a", rows, List.of(), () -> true));
        gate.awaitCall();

        // when
        await(List.of(writer.write(document("b", 1))));

        // then it is not done
        assertThatThrownBy(() -> bad.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        IndexException.class, e -> assertThat(e.kind()).isEqualTo(Kind.POISON));
        assertThat(store.content()).containsOnlyKeys("a#1", "b#0");
    }

    /** Does something when a document is refused for good, before that is counted. */
    private static MeterRegistry refusalsCountedAfter(Runnable what) {
        return new SimpleMeterRegistry() {
            @Override
            protected Counter newCounter(Meter.Id id) {
                if (!id.getName().equals("streambed.index.poison")) {
                    return super.newCounter(id);
                }
                return new CumulativeCounter(id) {
                    @Override
                    public void increment(double amount) {
                        what.run();
                        super.increment(amount);
                    }
                };
            }
        };
    }

    private static void awaitZero(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void writesNothingOfADocumentWhosePartitionMayBeLost() throws Exception {
        // given a document of two calls that may write only until its first call is made
        use(() -> writer(1, 10, AT_ONCE));
        var may = new AtomicBoolean(true);
        store.fault = (deletes, ids) -> {
            may.set(false);
            return null;
        };
        var write = new Write("a", Rows.document("a", 1, 20, 1, random), List.of("a#20"), may::get);

        // when
        CompletableFuture<Void> lost = writer.write(write);

        // then
        assertThatThrownBy(() -> lost.get(30, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        await(List.of(writer.write(document("b", 1))));
        assertThat(store.rows.keySet().stream().filter(id -> id.startsWith("a#")))
                .hasSize(10);
    }

    @Test
    void startsADocumentsNextWriteOnlyWhenTheCancelledOnesCallHasEnded() throws Exception {
        // given a write that is cancelled amid its call
        use(() -> writer(3, 100, AT_ONCE));
        FakeStore.Fault wait = gate.fault();
        store.fault = (deletes, ids) -> ids.contains("a#1") ? wait.before(deletes, ids) : null;
        CompletableFuture<Void> first = writer.write(document("a", 2, "a#2"));
        gate.awaitCall();
        first.cancel(false);

        // when the next one comes meanwhile
        CompletableFuture<Void> second =
                writer.write(new Write("a", Rows.document("a", 2, 1, 4, random), List.of("a#1", "a#2"), () -> true));
        await(List.of(writer.write(document("b", 1)))); // all else goes on
        assertThat(store.content()).containsOnlyKeys("b#0");
        gate.open();
        await(List.of(second));

        // then it is the last word (and FakeStore saw no id in two calls at a time)
        assertThat(store.content()).containsEntry("a#0", 2L).containsOnlyKeys("a#0", "b#0");
        assertThat(store.deletes()).as("none for the cancelled one").hasSize(1);
    }

    @Test
    void completesAWriteOfNothing() throws Exception {
        await(List.of(writer.write(new Write("a", List.of(), List.of(), () -> true))));

        assertThat(store.calls()).isZero();
    }

    @Test
    void closingWaitsForTheCallUnderWayAndCancelsTheRest() throws Exception {
        // given
        store.fault = gate.fault();
        CompletableFuture<Void> underWay = writer.write(document("a", 1));
        gate.awaitCall();
        CompletableFuture<Void> queued = writer.write(document("b", 1));
        var unused = queued.whenComplete((done, failure) -> gate.open()); // the call ends only after closing has begun

        // when
        writer.close();

        // then
        assertThat(underWay).isCompletedWithValue(null);
        assertThatThrownBy(queued::get).isInstanceOf(CancellationException.class);
        assertThatThrownBy(writer.write(document("c", 1))::get).isInstanceOf(CancellationException.class);
        assertThat(store.content()).containsOnlyKeys("a#0");
    }

    @Test
    void waitsForTheCallsThatHaveBegunAndNoLongerThanItMay() throws Exception {
        // given a call that takes long
        store.fault = gate.fault();
        CompletableFuture<Void> slow = writer.write(document("a", 1));
        gate.awaitCall();
        writer.awaitCallsUnderWay(Duration.ofMillis(1));
        assertThat(slow).isNotDone();

        // when it is cancelled, and then ends
        slow.cancel(false);
        gate.open();
        writer.awaitCallsUnderWay(Duration.ofSeconds(30));

        // then nothing of it is under way
        assertThat(store.upserts()).hasSize(1);
        writer.awaitCallsUnderWay(Duration.ofDays(1));
    }

    @Test
    void countsWhatIsQueued() throws Exception {
        store.fault = gate.fault();
        CompletableFuture<Void> first = writer.write(document("a", 1));
        gate.awaitCall();
        CompletableFuture<Void> second = writer.write(document("b", 4));

        assertThat(registry.get("streambed.index.inflight").gauge().value()).isEqualTo(1);
        assertThat(registry.get("streambed.index.queued.documents").gauge().value())
                .isEqualTo(2);
        assertThat(registry.get("streambed.index.queued.rows").gauge().value()).isEqualTo(4);

        gate.open();
        await(List.of(first, second));
        assertThat(registry.get("streambed.index.queued.documents").gauge().value())
                .isZero();
        assertThat(registry.get("streambed.index.call.rows")
                        .tag("op", "upsert")
                        .summary()
                        .totalAmount())
                .isEqualTo(5);
    }
}
