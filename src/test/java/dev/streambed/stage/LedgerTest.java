package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final EventRef FIRST = new EventRef("in", 0, 130);
    private static final EventRef NEXT = new EventRef("in", 0, 131);
    private static final EventRef FAR = new EventRef("in", 0, 200);
    private static final EventRef OTHER = new EventRef("bulk", 0, 7);

    private final KeyValueStore<EventRef, LedgerEntry> store = store();
    private final Ledger ledger = new Ledger(store);

    private static KeyValueStore<EventRef, LedgerEntry> store() {
        KeyValueStore<EventRef, LedgerEntry> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("ledger"), EventRef.serde(), LedgerEntry.serde())
                .withLoggingDisabled()
                .build();
        MockProcessorContext<Bytes, byte[]> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private List<EventRef> afterARestart() {
        return new Ledger(store).read();
    }

    private int entries() {
        int entries = 0;
        try (KeyValueIterator<EventRef, LedgerEntry> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<EventRef, LedgerEntry> unused = all.next();
                entries++;
            }
        }
        return entries;
    }

    @Test
    void namesWhatIsInFlightInTheOrderOfItsArrival() {
        ledger.add(FAR);
        ledger.add(OTHER);
        ledger.add(FIRST);
        ledger.add(NEXT);

        assertThat(afterARestart()).containsExactly(FAR, OTHER, FIRST, NEXT);
    }

    @Test
    void goesOnCountingArrivalsAfterARestart() {
        ledger.add(FAR);
        ledger.add(NEXT);

        Ledger second = new Ledger(store);
        assertThat(second.read()).containsExactly(FAR, NEXT);
        second.add(FIRST);

        assertThat(afterARestart()).containsExactly(FAR, NEXT, FIRST);
    }

    @Test
    void holdsNeighboursInOneEntry() {
        ledger.add(FIRST);
        ledger.add(NEXT);
        ledger.add(FAR);

        assertThat(entries()).isEqualTo(2);
    }

    @Test
    void forgetsWhatIsRetiredOnceItIsWritten() {
        ledger.add(FIRST);
        ledger.add(NEXT);

        ledger.retire(FIRST);
        assertThat(afterARestart()).containsExactly(FIRST, NEXT);

        ledger.write();
        assertThat(afterARestart()).containsExactly(NEXT);

        ledger.retire(NEXT);
        ledger.write();
        assertThat(entries()).isZero();
    }

    @Test
    void keepsWhatArrivesBesideWhatIsRetired() {
        ledger.add(FIRST);
        ledger.retire(FIRST);
        ledger.add(NEXT);
        ledger.write();

        assertThat(afterARestart()).containsExactly(NEXT);
    }

    @Test
    void refusesToRetireWhatItDoesNotName() {
        ledger.add(FIRST);

        assertThatThrownBy(() -> ledger.retire(NEXT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in-0-131");
        assertThatThrownBy(() -> ledger.retire(OTHER)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void isWhatAListOfReferencesWouldBe() {
        long seed = new Random().nextLong();
        System.out.println("LedgerTest seed " + seed);
        Random random = new Random(seed);
        Map<EventRef, Integer> expected = new LinkedHashMap<>();
        long[] next = {random.nextInt(1_000), Long.MAX_VALUE - 1_000_000};
        Ledger current = ledger;
        for (int step = 0; step < 5_000; step++) {
            if (random.nextInt(100) == 0) {
                current.write();
                current = new Ledger(store);
                assertThat(current.read()).containsExactlyElementsOf(inOrder(expected));
            } else if (expected.isEmpty() || random.nextInt(20) < 11) {
                int lane = random.nextInt(2);
                EventRef ref = new EventRef(lane == 0 ? "in" : "bulk", 3, next[lane]);
                next[lane] += 1 + random.nextInt(3) * random.nextInt(40);
                current.add(ref);
                expected.put(ref, step);
            } else {
                EventRef ref = new ArrayList<>(expected.keySet()).get(random.nextInt(expected.size()));
                current.retire(ref);
                expected.remove(ref);
            }
        }
    }

    private static List<EventRef> inOrder(Map<EventRef, Integer> arrivals) {
        return arrivals.entrySet().stream()
                .sorted(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .toList();
    }
}
