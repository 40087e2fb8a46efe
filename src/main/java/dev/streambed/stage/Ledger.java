package dev.streambed.stage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What a task has in flight, by reference, in a change-logged store: an event that was added before {@code process} returns is durable
 * before its offset is committed. An entry of the store covers {@value LedgerEntry#OFFSETS} neighbouring offsets of a partition and is
 * written once a commit, however many of them came and went: two records of the changelog for each event would cost as much as the
 * event's result.
 *
 * <p>Each ledger adds to entries of its own only. What a former owner of the task writes late (Kafka does not fence its producer) replaces entries
 * that it, or one before it, began: it may bring an event back, which is then done again, and cannot take one away that it had not finished. Owned
 * by the stream thread.
 */
final class Ledger {
    private final KeyValueStore<LedgerKey, LedgerEntry> store;
    private final long writer;

    /** By the first offset covered. */
    private final Map<EventRef, LedgerEntry> own = new HashMap<>();

    /** Of those before: several may name one event, which came again after a crash. */
    private final Map<EventRef, Map<LedgerKey, LedgerEntry>> inherited = new HashMap<>();

    private final Set<LedgerKey> retired = new HashSet<>();
    private long nextArrival;

    /**
     * @param store emptied and filled by nobody else from now on
     * @param writer unlike that of all others that have had the task: a random number
     */
    Ledger(KeyValueStore<LedgerKey, LedgerEntry> store, long writer) {
        this.store = store;
        this.writer = writer;
    }

    /** Everything in flight, each event once, in the order in which it arrived first; to be called once, before anything else. */
    List<EventRef> read() {
        Map<EventRef, Long> arrivals = new HashMap<>();
        try (KeyValueIterator<LedgerKey, LedgerEntry> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<LedgerKey, LedgerEntry> next = all.next();
                EventRef first = next.key.first();
                inherited.computeIfAbsent(first, unused -> new HashMap<>()).put(next.key, next.value);
                for (int i = 0; i < LedgerEntry.OFFSETS; i++) {
                    if (next.value.has(i)) {
                        arrivals.merge(at(first, i), next.value.arrival(i), Math::min);
                        nextArrival = Math.max(nextArrival, next.value.arrival(i) + 1);
                    }
                }
            }
        }
        List<EventRef> events = new ArrayList<>(arrivals.keySet());
        events.sort(Comparator.comparingLong((EventRef ref) -> arrivals.getOrDefault(ref, 0L))
                .thenComparing(EventRef::topic)
                .thenComparingLong(EventRef::offset)); // two owners may have counted alike
        return events;
    }

    /** An event is in flight from now on. */
    void add(EventRef ref) {
        EventRef first = first(ref);
        LedgerEntry entry = own.computeIfAbsent(first, unused -> new LedgerEntry());
        entry.add(index(ref), nextArrival++);
        store.put(new LedgerKey(first, writer), entry);
    }

    /** An event is in flight no more; {@link #write} is to follow. */
    void retire(EventRef ref) {
        EventRef first = first(ref);
        int index = index(ref);
        boolean named = false;
        LedgerEntry entry = own.get(first);
        if (entry != null && entry.has(index)) {
            entry.remove(index);
            retired.add(new LedgerKey(first, writer));
            named = true;
        }
        for (Map.Entry<LedgerKey, LedgerEntry> other :
                inherited.getOrDefault(first, Map.of()).entrySet()) {
            if (other.getValue().has(index)) {
                other.getValue().remove(index);
                retired.add(other.getKey());
                named = true;
            }
        }
        if (!named) {
            throw new IllegalStateException(ref + " is not in the ledger");
        }
    }

    /** Writes what was retired. */
    void write() {
        for (LedgerKey key : retired) {
            LedgerEntry entry = key.writer() == writer
                    ? own.get(key.first())
                    : inherited.getOrDefault(key.first(), Map.of()).get(key);
            if (entry != null && !entry.isEmpty()) {
                store.put(key, entry);
            } else {
                forget(key);
                store.delete(key);
            }
        }
        retired.clear();
    }

    private void forget(LedgerKey key) {
        if (key.writer() == writer) {
            own.remove(key.first());
        } else {
            inherited.computeIfPresent(key.first(), (unused, entries) -> {
                entries.remove(key);
                return entries.isEmpty() ? null : entries;
            });
        }
    }

    private static EventRef first(EventRef ref) {
        return new EventRef(ref.topic(), ref.partition(), ref.offset() & -LedgerEntry.OFFSETS);
    }

    private static int index(EventRef ref) {
        return (int) (ref.offset() & (LedgerEntry.OFFSETS - 1));
    }

    private static EventRef at(EventRef first, int index) {
        return new EventRef(first.topic(), first.partition(), first.offset() + index);
    }
}
