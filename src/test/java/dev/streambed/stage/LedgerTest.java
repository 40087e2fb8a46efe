package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final EventRef FIRST = new EventRef("in", 0, 130);
    private static final EventRef NEXT = new EventRef("in", 0, 131);
    private static final EventRef FAR = new EventRef("in", 0, 200);
    private static final EventRef OTHER = new EventRef("bulk", 0, 7);

    private final KeyValueStore<EventRef, Long> store = store();
    private final Ledger ledger = new Ledger(store);

    private static KeyValueStore<EventRef, Long> store() {
        KeyValueStore<EventRef, Long> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("ledger"), EventRef.serde(), Serdes.Long())
                .withLoggingDisabled()
                .build();
        MockProcessorContext<Bytes, byte[]> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private List<EventRef> afterARestart() {
        return new Ledger(store).read();
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
    void forgetsWhatIsRetired() {
        ledger.add(FIRST);
        ledger.add(NEXT);

        ledger.retire(FIRST);

        assertThat(afterARestart()).containsExactly(NEXT);
    }

    @Test
    void losesNothingToWhatAFormerOwnerWritesLate() {
        Ledger former = new Ledger(store);
        former.add(FIRST);
        Ledger owner = new Ledger(store);
        assertThat(owner.read()).containsExactly(FIRST);
        owner.add(NEXT);
        owner.add(FAR);

        former.add(OTHER);
        former.retire(FIRST);

        assertThat(afterARestart()).contains(NEXT, FAR, OTHER);
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
