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
 * event's result. Owned by the stream thread.
 */
final class Ledger {
    /** By the reference of the first offset covered. */
    private final KeyValueStore<EventRef, LedgerEntry> store;

    private final Map<EventRef, LedgerEntry> entries = new HashMap<>();
    private final Set<EventRef> retired = new HashSet<>();
    private long nextArrival;

    /**
     * @param store emptied and filled by nobody else from now on
     */
    Ledger(KeyValueStore<EventRef, LedgerEntry> store) {
        this.store = store;
    }

    /** Everything in flight, in the order in which it arrived; to be called once, before anything else. */
    List<EventRef> read() {
        record Event(EventRef ref, long arrival) {}
        List<Event> events = new ArrayList<>();
        try (KeyValueIterator<EventRef, LedgerEntry> all = store.all()) {
            while (all.hasNext()) {
                KeyValue<EventRef, LedgerEntry> next = all.next();
                entries.put(next.key, next.value);
                for (int i = 0; i < LedgerEntry.OFFSETS; i++) {
                    if (next.value.has(i)) {
                        events.add(new Event(at(next.key, i), next.value.arrival(i)));
                    }
                }
            }
        }
        events.sort(Comparator.comparingLong(Event::arrival));
        nextArrival = events.isEmpty() ? 0 : events.get(events.size() - 1).arrival() + 1;
        return events.stream().map(Event::ref).toList();
    }

    /** An event is in flight from now on. */
    void add(EventRef ref) {
        EventRef key = key(ref);
        LedgerEntry entry = entries.computeIfAbsent(key, unused -> new LedgerEntry());
        entry.add(index(ref), nextArrival++);
        store.put(key, entry);
    }

    /** An event is in flight no more; {@link #write} is to follow. */
    void retire(EventRef ref) {
        EventRef key = key(ref);
        LedgerEntry entry = entries.get(key);
        if (entry == null || !entry.has(index(ref))) {
            throw new IllegalStateException(ref + " is not in the ledger");
        }
        entry.remove(index(ref));
        retired.add(key);
    }

    /** Writes what was retired. */
    void write() {
        for (EventRef key : retired) {
            LedgerEntry entry = entries.get(key);
            if (entry != null && entry.isEmpty()) {
                entries.remove(key);
                store.delete(key);
            } else {
                store.put(key, entry);
            }
        }
        retired.clear();
    }

    private static EventRef key(EventRef ref) {
        return new EventRef(ref.topic(), ref.partition(), ref.offset() & -LedgerEntry.OFFSETS);
    }

    private static int index(EventRef ref) {
        return (int) (ref.offset() & (LedgerEntry.OFFSETS - 1));
    }

    private static EventRef at(EventRef key, int index) {
        return new EventRef(key.topic(), key.partition(), key.offset() + index);
    }
}
