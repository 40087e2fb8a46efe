package dev.streambed.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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

    private final KeyValueStore<LedgerKey, LedgerEntry> store = store();
    private long writers = -1;
    private final Ledger ledger = ledger();

    private static KeyValueStore<LedgerKey, LedgerEntry> store() {
        KeyValueStore<LedgerKey, LedgerEntry> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("ledger"), LedgerKey.serde(), LedgerEntry.serde())
                .withLoggingDisabled()
                .build();
        MockProcessorContext<Bytes, byte[]> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    /** Of a new owner of the task. */
    private Ledger ledger() {
        return new Ledger(store, writers++);
    }

    private List<EventRef> afterARestart() {
        return ledger().read();
    }

    private int entries() {
        int entries = 0;
        try (KeyValueIterator<LedgerKey, LedgerEntry> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<LedgerKey, LedgerEntry> unused = all.next();
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

        Ledger second = ledger();
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
    void losesNothingToWhatAFormerOwnerWritesLate() {
        ledger.add(FIRST);
        Ledger owner = ledger();
        assertThat(owner.read()).containsExactly(FIRST);
        owner.add(NEXT);
        owner.add(FAR);

        ledger.add(OTHER);
        ledger.retire(FIRST);
        ledger.write();

        assertThat(afterARestart()).containsExactlyInAnyOrder(NEXT, FAR, OTHER);
    }

    @Test
    void namesOnceWhatSeveralOwnersAddedAndRetiresItForAll() {
        ledger.add(NEXT);
        ledger.add(FIRST);
        Ledger second = ledger();
        second.add(FIRST); // it came again: the first one's entry was not there yet
        Ledger third = ledger();
        assertThat(third.read()).containsExactly(FIRST, NEXT);

        third.retire(FIRST);
        third.write();
        assertThat(afterARestart()).containsExactly(NEXT);

        third.retire(NEXT);
        third.write();
        assertThat(entries()).isZero();
    }

    @Test
    void keepsWhatOwnersHaveInFlightWhateverFormerOnesWriteLate() {
        long seed = new Random().nextLong();
        System.out.println("LedgerTest seed " + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            KeyValueStore<LedgerKey, LedgerEntry> changelog = store();
            List<Ledger> owners = new ArrayList<>();
            List<List<EventRef>> inFlight = new ArrayList<>(); // of each, as it sees it
            Set<EventRef> finished = new HashSet<>(); // by anybody: it may be forgotten
            long next = random.nextInt(200);
            for (int step = 0; step < 400; step++) {
                if (owners.isEmpty() || random.nextInt(60) == 0) {
                    Ledger heir = new Ledger(changelog, random.nextLong());
                    List<EventRef> read = heir.read();
                    if (!owners.isEmpty()) {
                        List<EventRef> needed = new ArrayList<>(inFlight.get(owners.size() - 1));
                        needed.removeAll(finished);
                        assertThat(read).containsAll(needed).doesNotHaveDuplicates();
                    }
                    owners.add(heir);
                    inFlight.add(new ArrayList<>(read));
                }
                // Mostly the owner, and now and then one that does not know yet that it is not the owner any more.
                int who = random.nextInt(4) == 0 ? random.nextInt(owners.size()) : owners.size() - 1;
                List<EventRef> its = inFlight.get(who);
                if (its.isEmpty() || random.nextInt(20) < 11) {
                    EventRef ref = new EventRef("in", 0, next);
                    next += 1 + random.nextInt(3) / 2 * random.nextInt(90);
                    owners.get(who).add(ref);
                    its.add(ref);
                    if (who != owners.size() - 1) { // its offset is not committed: the owner gets it too
                        owners.get(owners.size() - 1).add(ref);
                        inFlight.get(owners.size() - 1).add(ref);
                    }
                } else {
                    EventRef ref = its.remove(random.nextInt(its.size()));
                    owners.get(who).retire(ref);
                    owners.get(who).write();
                    finished.add(ref);
                }
            }
        }
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
                current = ledger();
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
