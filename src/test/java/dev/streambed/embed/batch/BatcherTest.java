package dev.streambed.embed.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.embed.model.BatchModel;
import dev.streambed.embed.model.DeviceMemoryException;
import dev.streambed.embed.model.ModelException;
import dev.streambed.observe.trace.NoSpan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With a model that records its batches and runs each only when it is let: what waits is then known, and so is the order. */
class BatcherTest {
    private static final BatchOptions OPTIONS = BatchOptions.CPU.withTokenBudget(512);

    private static final int DIMENSION = 2;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final GatedModel model = new GatedModel();
    private final List<List<String>> textBatches = Collections.synchronizedList(new ArrayList<>());
    private Batcher batcher = batcher(OPTIONS);

    @AfterEach
    void close() {
        model.open();
        batcher.close();
    }

    @Test
    void runsALoneTextAtOnceAndAlone() throws Exception {
        model.open();
        BatchResult result = get(submit(Priority.INTERACTIVE, 7));
        assertThat(model.batches).containsExactly(List.of(7));
        assertThat(result.vectors()[0]).containsExactly(7, 1);
        assertThat(result.queueNanos()).isNotNegative();
    }

    @Test
    void fillsABatchUpToTheTokenBudgetWhileTheSlotIsBusy() throws Exception {
        occupy();
        List<CompletableFuture<BatchResult>> results = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            results.add(submit(Priority.INTERACTIVE, 100));
        }
        model.open();
        for (CompletableFuture<BatchResult> result : results) {
            get(result);
        }
        assertThat(model.sizes()).containsExactly(1, 5, 5, 2); // 5 x 100 cells of 512
    }

    @Test
    void dropsBeforeItRunsWhatIsNotWantedAnyMore() throws Exception {
        AtomicBoolean wanted = new AtomicBoolean(true);
        occupy();
        CompletableFuture<BatchResult> dropped = batcher.submit(
                Priority.INTERACTIVE, List.of(new int[100], new int[500]), null, wanted::get, NoSpan.NONE);
        CompletableFuture<BatchResult> other = submit(Priority.INTERACTIVE, 99);
        wanted.set(false);
        model.open();

        assertThatThrownBy(() -> get(dropped)).hasCauseInstanceOf(UnwantedException.class);
        get(other);
        assertThat(model.batches).containsExactly(List.of(1), List.of(99));
    }

    @Test
    void putsSimilarLengthsTogetherAndPadsLittle() throws Exception {
        occupy();
        List<CompletableFuture<BatchResult>> results = new ArrayList<>();
        for (int length : new int[] {100, 20, 99, 21, 101, 20}) {
            results.add(submit(Priority.INTERACTIVE, length));
        }
        model.open();
        for (CompletableFuture<BatchResult> result : results) {
            get(result);
        }
        assertThat(model.batches).containsExactly(List.of(1), List.of(99, 100, 101), List.of(20, 20, 21));
    }

    @Test
    void runsASequenceLongerThanTheBudgetAlone() throws Exception {
        occupy();
        CompletableFuture<BatchResult> huge = submit(Priority.INTERACTIVE, 600);
        CompletableFuture<BatchResult> other = submit(Priority.INTERACTIVE, 600);
        model.open();
        get(huge);
        get(other);
        assertThat(model.sizes()).containsExactly(1, 1, 1);
    }

    @Test
    void letsADocumentOfFourThousandChunksDelayOthersByOneBatch() throws Exception {
        // given a document of 4,000 chunks, and then 20 of one chunk of the same length
        occupy();
        int[] lengths = new int[4_000];
        Arrays.fill(lengths, 256);
        CompletableFuture<BatchResult> large = submit(Priority.INTERACTIVE, lengths);
        List<CompletableFuture<BatchResult>> small = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            small.add(submit(Priority.INTERACTIVE, 250));
        }
        // when eleven more batches have run
        model.let(12);
        for (CompletableFuture<BatchResult> result : small) {
            get(result);
        }
        // then the small ones needed ten of two, and the large one had the turn that was its own
        assertThat(large).isNotDone();
        assertThat(model.sizes().stream().limit(12)).containsExactly(1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
    }

    @Test
    void takesQueriesThenInteractiveThenBulk() throws Exception {
        occupy();
        CompletableFuture<BatchResult> bulk = submit(Priority.BULK, 300);
        CompletableFuture<BatchResult> interactive = submit(Priority.INTERACTIVE, 301);
        CompletableFuture<BatchResult> query = submit(Priority.QUERY, 302);
        model.open();
        get(bulk);
        get(interactive);
        get(query);
        assertThat(model.batches).containsExactly(List.of(1), List.of(302), List.of(301), List.of(300));
    }

    @Test
    void agesBulkSoThatItDoesNotStarve() throws Exception {
        occupy();
        CompletableFuture<BatchResult> bulk = submit(Priority.BULK, 300);
        List<CompletableFuture<BatchResult>> interactive = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            interactive.add(submit(Priority.INTERACTIVE, 400));
        }
        model.open();
        for (CompletableFuture<BatchResult> result : interactive) {
            get(result);
        }
        get(bulk);
        // eight batches of others pass it, after the one that was running
        assertThat(model.batches.indexOf(List.of(300))).isEqualTo(1 + JobQueue.PATIENCE);
    }

    @Test
    void failsOnlyTheGuiltyTextOfABatch() throws Exception {
        model.refuse(tokens -> {
            if (tokens.length == 63) {
                throw new ModelException("cannot bear 63");
            }
        });
        occupy();
        List<CompletableFuture<BatchResult>> good = new ArrayList<>();
        CompletableFuture<BatchResult> bad = null;
        for (int i = 0; i < 8; i++) {
            if (i == 5) {
                bad = submit(Priority.INTERACTIVE, 63);
            } else {
                good.add(submit(Priority.INTERACTIVE, 64));
            }
        }
        model.open();
        for (CompletableFuture<BatchResult> result : good) {
            assertThat(get(result).vectors()[0]).containsExactly(64, 1);
        }
        CompletableFuture<BatchResult> guilty = bad;
        assertThat(guilty).isNotNull();
        assertThatThrownBy(() -> get(guilty)).hasRootCauseMessage("cannot bear 63");
    }

    @Test
    void failsATextWhoseVectorIsNotFinite() throws Exception {
        model.spoil(vector -> vector[1] = vector[0] == 9 ? Float.NaN : 1);
        occupy();
        CompletableFuture<BatchResult> bad = submit(Priority.INTERACTIVE, 9);
        CompletableFuture<BatchResult> good = submit(Priority.INTERACTIVE, 9, 10);
        CompletableFuture<BatchResult> other = submit(Priority.INTERACTIVE, 10);
        model.open();
        assertThatThrownBy(() -> get(bad))
                .hasRootCauseInstanceOf(ModelException.class)
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> get(good)).hasMessageContaining("not finite");
        assertThat(get(other).vectors()[0]).containsExactly(10, 1);
    }

    @Test
    void failsATextWhoseVectorHasTheWrongSize() {
        model.open();
        batcher.close();
        batcher = new Batcher(
                List.of(sequences -> new float[sequences.size()][DIMENSION + 1]),
                DIMENSION,
                OPTIONS,
                TIMEOUT,
                ModelSpans.UNNAMED,
                registry,
                System::nanoTime);
        assertThatThrownBy(() -> get(submit(Priority.QUERY, 3))).hasMessageContaining("3 components, not 2");
    }

    @Test
    void halvesTheBudgetWhenTheDeviceHasNoMemoryAndStillAnswersAll() throws Exception {
        model.capacity(130);
        occupy();
        List<CompletableFuture<BatchResult>> results = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            results.add(submit(Priority.INTERACTIVE, 64));
        }
        model.open();
        for (CompletableFuture<BatchResult> result : results) {
            assertThat(get(result).vectors()[0]).containsExactly(64, 1);
        }
        assertThat(registry.get("streambed.embed.out.of.memory").counter().count())
                .isPositive();
        assertThat(registry.get("streambed.embed.token.budget").gauge().value()).isLessThan(512);
    }

    @Test
    void failsATextForWhichThereIsNoMemoryEvenAlone() throws Exception {
        model.capacity(50);
        model.open();
        assertThatThrownBy(() -> get(submit(Priority.INTERACTIVE, 64)))
                .cause()
                .isInstanceOf(DeviceMemoryException.class);
        assertThat(get(submit(Priority.INTERACTIVE, 40)).vectors()[0]).containsExactly(40, 1);
    }

    @Test
    void livesOnAfterAnErrorOfTheModel() throws Exception {
        model.refuse(tokens -> {
            if (tokens.length == 5) {
                throw new StackOverflowError();
            }
        });
        model.open();
        assertThatThrownBy(() -> get(submit(Priority.INTERACTIVE, 5))).hasCauseInstanceOf(StackOverflowError.class);
        assertThat(get(submit(Priority.INTERACTIVE, 6)).vectors()[0]).containsExactly(6, 1);
    }

    @Test
    void dropsWhatWasCancelledBeforeItRuns() throws Exception {
        occupy();
        CompletableFuture<BatchResult> cancelled = submit(Priority.INTERACTIVE, 30, 31, 32);
        CompletableFuture<BatchResult> kept = submit(Priority.INTERACTIVE, 200);
        assertThat(queued()).isEqualTo(4);
        cancelled.cancel(false);
        assertThat(queued()).isEqualTo(1);
        model.open();
        get(kept);
        assertThat(model.batches).containsExactly(List.of(1), List.of(200));
    }

    @Test
    void givesBackWhatWaitsWhenItIsClosed() throws Exception {
        occupy();
        CompletableFuture<BatchResult> waiting = submit(Priority.BULK, 3);
        Thread closing = new Thread(batcher::close);
        closing.start();
        assertThatThrownBy(() -> get(waiting)).isInstanceOf(CancellationException.class);
        model.open();
        closing.join();
        assertThat(submit(Priority.QUERY, 3)).isCancelled();
    }

    @Test
    void refusesASequenceWithoutTokens() {
        assertThat(batcher.submit(Priority.QUERY, List.of())).isCompletedExceptionally();
        assertThat(batcher.submit(Priority.QUERY, List.of(new int[0]))).isCompletedExceptionally();
    }

    @Test
    void countsRealAndPaddedTokens() throws Exception {
        occupy();
        CompletableFuture<BatchResult> one = submit(Priority.INTERACTIVE, 99);
        CompletableFuture<BatchResult> two = submit(Priority.INTERACTIVE, 100);
        model.open();
        get(one);
        get(two);
        assertThat(registry.get("streambed.embed.tokens.real").counter().count())
                .isEqualTo(1 + 199);
        assertThat(registry.get("streambed.embed.tokens.padded").counter().count())
                .isEqualTo(1 + 200);
    }

    private Batcher batcher(BatchOptions options) {
        return new Batcher(List.of(model), DIMENSION, options, TIMEOUT, ModelSpans.UNNAMED, registry, System::nanoTime);
    }

    @Test
    void saysThatABatchDoesNotReturn() throws Exception {
        batcher.close();
        AtomicLong now = new AtomicLong();
        batcher = new Batcher(List.of(model), DIMENSION, OPTIONS, TIMEOUT, ModelSpans.UNNAMED, registry, now::get);
        CompletableFuture<BatchResult> result = submit(Priority.BULK, 7);
        assertThat(model.entered.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(batcher.overdueReason()).isNull();
        now.addAndGet(TIMEOUT.plusSeconds(1).toNanos());
        assertThat(batcher.overdueReason()).contains("a batch of 1 x 7 tokens", "121 s");
        assertThat(registry.get("streambed.embed.oldest.batch").gauge().value()).isEqualTo(121);
        model.open();
        get(result);
        assertThat(batcher.overdueReason()).isNull();
    }

    /** Each sequence takes a second here. The last batch leaves nothing waiting, and is no measure. */
    @Test
    void measuresWhatItDoesWhileMoreWaitsThanRuns() throws Exception {
        batcher.close();
        AtomicLong now = new AtomicLong();
        batcher = new Batcher(List.of(model), DIMENSION, OPTIONS, TIMEOUT, ModelSpans.UNNAMED, registry, now::get);
        model.refuse(tokens -> now.addAndGet(TimeUnit.SECONDS.toNanos(1)));
        occupy();
        List<CompletableFuture<BatchResult>> results = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            results.add(submit(Priority.BULK, 100));
        }
        assertThat(batcher.busyTokensPerSecond()).isNaN();

        model.open();
        for (CompletableFuture<BatchResult> result : results) {
            get(result);
        }

        assertThat(model.sizes()).containsExactly(1, 5, 5, 2);
        assertThat(batcher.busyTokensPerSecond())
                .as("1 + 500 + 500 tokens in 11 s, of which the first count a little less")
                .isBetween(91.0, 93.0);
        assertThat(registry.get("streambed.embed.busy.rate").gauge().value()).isBetween(91.0, 93.0);
    }

    @Test
    void cutsABatchOnlyOnceItIsAdmitted() throws Exception {
        Turns turns = new Turns();
        turns.openAfter(TimeUnit.HOURS.toNanos(1));
        textBatcher(turns, texts -> vectors(texts));
        CompletableFuture<BatchResult> bulk = submit(Priority.BULK, "bulk");
        CompletableFuture<BatchResult> cancelled = submit(Priority.INTERACTIVE, "cancelled");
        assertThat(turns.asked.await(60, TimeUnit.SECONDS)).isTrue();
        cancelled.cancel(false);
        turns.openAfter(0);
        CompletableFuture<BatchResult> query = submit(Priority.QUERY, "query"); // wakes the slot
        get(query);
        get(bulk);
        assertThat(textBatches).containsExactly(List.of("query"), List.of("bulk"));
        assertThat(turns.taken.get() - turns.left.get()).isBetween(0, 1);
    }

    @Test
    void takesBackWhatTheModelDoesNotWantAtPresent() throws Exception {
        AtomicInteger refusals = new AtomicInteger(3);
        Turns turns = new Turns();
        textBatcher(turns, texts -> {
            if (refusals.getAndDecrement() > 0) {
                throw new NotNowException("not now", null);
            }
            return vectors(texts);
        });
        BatchResult result = get(submit(Priority.INTERACTIVE, "one", "three"));
        assertThat(result.vectors()[0]).containsExactly(3, 1);
        assertThat(result.vectors()[1]).containsExactly(5, 1);
        assertThat(turns.taken.get()).isEqualTo(5); // one each for two batches, and three for nothing
        assertThat(queued()).isZero();
    }

    @Test
    void givesBackWhatTheModelDidNotWantWhenItIsClosed() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        textBatcher(Admission.UNLIMITED, texts -> {
            entered.countDown();
            throw new NotNowException("not now", null);
        });
        CompletableFuture<BatchResult> result = submit(Priority.INTERACTIVE, "one");
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        batcher.close();
        assertThatThrownBy(() -> get(result)).isInstanceOf(CancellationException.class);
    }

    private void textBatcher(Admission admission, TextModel texts) {
        batcher.close();
        TextModel recorded = batch -> {
            textBatches.add(batch);
            return texts.embed(batch);
        };
        batcher = Batcher.ofTexts(
                List.of(recorded),
                admission,
                DIMENSION,
                OPTIONS,
                TIMEOUT,
                ModelSpans.UNNAMED,
                registry,
                System::nanoTime);
    }

    private static float[][] vectors(List<String> texts) {
        return texts.stream().map(text -> new float[] {text.length(), 1}).toArray(float[][]::new);
    }

    private CompletableFuture<BatchResult> submit(Priority priority, String... texts) {
        return batcher.submit(
                priority, Collections.nCopies(texts.length, new int[300]), List.of(texts), () -> true, NoSpan.NONE);
    }

    /** Turns that the test gives. */
    private static final class Turns implements Admission {
        final CountDownLatch asked = new CountDownLatch(1);
        final AtomicInteger taken = new AtomicInteger();
        final AtomicInteger left = new AtomicInteger();
        private volatile long wait;

        void openAfter(long nanos) {
            wait = nanos;
        }

        @Override
        public long admit() {
            asked.countDown();
            if (wait == 0) {
                taken.incrementAndGet();
            }
            return wait;
        }

        @Override
        public int free() {
            return 1;
        }

        @Override
        public void leave() {
            left.incrementAndGet();
        }
    }

    /** Keeps the only slot busy with a sequence of one token until the model is opened. */
    private void occupy() throws InterruptedException {
        var unused = submit(Priority.QUERY, 1);
        assertThat(model.entered.await(60, TimeUnit.SECONDS)).isTrue();
    }

    private CompletableFuture<BatchResult> submit(Priority priority, int... lengths) {
        return batcher.submit(
                priority, Arrays.stream(lengths).mapToObj(int[]::new).toList());
    }

    private double queued() {
        return registry.get("streambed.embed.queued.chunks").gauge().value();
    }

    private static BatchResult get(CompletableFuture<BatchResult> result) throws Exception {
        return result.get(60, TimeUnit.SECONDS);
    }

    /** A vector is (length of the sequence, 1). */
    private static final class GatedModel implements BatchModel {
        final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch entered = new CountDownLatch(1);
        private final Semaphore permits = new Semaphore(0);
        private Consumer<int[]> check = tokens -> {};
        private Consumer<float[]> flaw = vector -> {};
        private int cells = Integer.MAX_VALUE;

        void open() {
            permits.release(1_000_000);
        }

        void let(int batches) {
            permits.release(batches);
        }

        void refuse(Consumer<int[]> newCheck) {
            check = newCheck;
        }

        void spoil(Consumer<float[]> newFlaw) {
            flaw = newFlaw;
        }

        void capacity(int newCells) {
            cells = newCells;
        }

        List<Integer> sizes() {
            synchronized (batches) {
                return batches.stream().map(List::size).toList();
            }
        }

        @Override
        public float[][] embed(List<int[]> sequences) {
            batches.add(sequences.stream().map(tokens -> tokens.length).toList());
            entered.countDown();
            permits.acquireUninterruptibly();
            sequences.forEach(check);
            int width =
                    sequences.stream().mapToInt(tokens -> tokens.length).max().orElseThrow();
            if (sequences.size() * width > cells) {
                throw new DeviceMemoryException("Failed to allocate memory", null);
            }
            float[][] vectors = new float[sequences.size()][];
            for (int i = 0; i < vectors.length; i++) {
                vectors[i] = new float[] {sequences.get(i).length, 1};
                flaw.accept(vectors[i]);
            }
            return vectors;
        }
    }
}
