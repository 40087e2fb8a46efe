package dev.streambed.stage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What a task has in flight, by reference, in a change-logged store: an event that was added before {@code process} returns is durable
 * before its offset is committed. An entry for each event: what a former owner of the task writes late (Kafka does not fence its producer) may bring an
 * event back, which is then done again, and cannot take one away that it had not finished. Owned by the stream thread.
 */
final class Ledger {
    private final KeyValueStore<EventRef, Long> store; // to the number of its arrival
    private long nextArrival;

    Ledger(KeyValueStore<EventRef, Long> store) {
        this.store = store;
    }

    /** Everything in flight, in the order in which it arrived; to be called once, before anything else. */
    List<EventRef> read() {
        record Event(EventRef ref, long arrival) {}
        List<Event> events = new ArrayList<>();
        try (KeyValueIterator<EventRef, Long> all = store.all()) {
            all.forEachRemaining(entry -> events.add(new Event(entry.key, entry.value)));
        }
        events.sort(Comparator.comparingLong(Event::arrival));
        nextArrival = events.isEmpty() ? 0 : events.get(events.size() - 1).arrival() + 1;
        return events.stream().map(Event::ref).toList();
    }

    /** An event is in flight from now on. */
    void add(EventRef ref) {
        store.put(ref, nextArrival++);
    }

    /** It is not any more. */
    void retire(EventRef ref) {
        store.delete(ref);
    }
}
