package dev.streambed.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.index.IndexException.Kind;
import dev.streambed.index.IndexWriter.Write;
import dev.streambed.observe.trace.NoSpan;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many documents in many versions through a store that fails in every way: in the end it holds just what was acknowledged last. */
@Timeout(120)
class CoalescingIndexWriterStressTest {
    private static final int DOCUMENTS = 200;
    private static final int VERSIONS = 12;
    private static final int MOST_CHUNKS = 30;

    private final AtomicInteger outcomes = new AtomicInteger();
    private final AtomicInteger poisoned = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void endsWithTheLastVersionOfEachDocument(long seed) throws Exception {
        run(seed);
    }

    @Test
    void endsWithTheLastVersionOfEachDocumentWithANewSeed() throws Exception {
        run(new Random().nextLong());
    }

    private void run(long seed) throws Exception {
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var store = new FakeStore();
        store.fault = FakeStore.atRandom(new Random(seed + 1), 0.2);
        Map<String, Long> expected = new TreeMap<>();
        var options = new WriterOptions(50, 20_000, 3, Duration.ofSeconds(30));
        try (var writer = new CoalescingIndexWriter(
                store, options, (kind, attempt) -> Duration.ZERO, new SimpleMeterRegistry())) {
            // when each document gets its versions one after another, some cancelled on the way
            List<CompletableFuture<?>> documents = new ArrayList<>();
            for (int document = 0; document < DOCUMENTS; document++) {
                String id = "d" + document;
                CompletableFuture<?> chain = CompletableFuture.completedFuture(null);
                for (int version = 1; version <= VERSIONS; version++) {
                    boolean last = version == VERSIONS;
                    int chunks = random.nextInt(MOST_CHUNKS);
                    boolean poison = !last && chunks > 0 && random.nextInt(10) == 0;
                    boolean cancel = !last && random.nextInt(6) == 0;
                    Write write = write(id, version, chunks, poison);
                    chain = chain.thenCompose(before -> submitted(writer, write, cancel));
                    if (last) {
                        IntStream.range(0, chunks).forEach(chunk -> expected.put(Row.idOf(id, chunk), (long) VERSIONS));
                    }
                }
                documents.add(chain);
            }
            CompletableFuture.allOf(documents.toArray(CompletableFuture[]::new)).get(100, TimeUnit.SECONDS);

            // then
            assertThat(writer.holdReason()).isNull();
        }
        assertThat(store.content()).as("seed %d", seed).isEqualTo(expected);
        assertThat(store.violations()).as("seed %d", seed).isEmpty();
        assertThat(store.mostCalls).as("seed %d", seed).hasValueLessThanOrEqualTo(3);
        assertThat(outcomes).as("seed %d", seed).hasValue(DOCUMENTS * VERSIONS);
        assertThat(poisoned.get()).as("poisoned, seed %d", seed).isPositive();
        assertThat(cancelled.get()).as("cancelled, seed %d", seed).isPositive();
    }

    private static Write write(String id, long version, int chunks, boolean poison) {
        var rows = new ArrayList<Row>();
        for (int chunk = 0; chunk < chunks; chunk++) {
            boolean bad = poison && chunk == chunks - 1;
            rows.add(Rows.row(id, version, chunk, bad ? "poison" : "fine", new float[] {1}));
        }
        List<String> stale = IntStream.range(chunks, MOST_CHUNKS)
                .mapToObj(chunk -> Row.idOf(id, chunk))
                .toList();
        return new Write(id, rows, stale, () -> true, Duration.ofMillis(version % 3), NoSpan.NONE);
    }

    /** Goes on however it ends; a cancelled one at once, while its call may be under way. */
    private CompletableFuture<?> submitted(IndexWriter writer, Write write, boolean cancel) {
        CompletableFuture<Void> future = writer.write(write);
        CompletableFuture<?> outcome = future.handle((done, failure) -> {
            outcomes.incrementAndGet();
            if (failure instanceof IndexException refusal && refusal.kind() == Kind.POISON) {
                poisoned.incrementAndGet();
            } else if (failure instanceof CancellationException) {
                cancelled.incrementAndGet();
            } else if (failure != null) {
                throw new AssertionError("neither poison nor cancelled", failure);
            }
            return true;
        });
        if (cancel) {
            future.cancel(false);
        }
        return outcome;
    }
}
