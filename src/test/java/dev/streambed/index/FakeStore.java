package dev.streambed.index;

import dev.streambed.index.IndexException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A store in a map that checks what the writer promises of its calls, and that fails as it is told: faults that a real store shows only when it
 * is broken. Thread-safe.
 */
final class FakeStore implements VectorIndex {
    /** What happens to a call: null lets it pass. */
    @FunctionalInterface
    interface Fault {
        @Nullable
        IndexException before(boolean deletes, List<String> ids) throws InterruptedException;
    }

    final Map<String, Row> rows = new ConcurrentHashMap<>();
    private final List<List<String>> upserts = new ArrayList<>(); // guarded by itself
    private final List<List<String>> deletes = new ArrayList<>(); // guarded by itself
    private final List<String> violations = new ArrayList<>(); // guarded by itself
    final AtomicInteger mostCalls = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    volatile Fault fault = (deletes, ids) -> null;

    static IndexException refusal(Kind kind) {
        return new IndexException(kind, "told to refuse, " + kind);
    }

    /** Refuses each call with the chance given, one in four STOPPED; some of the TRANSIENT ones after they were done, see {@link #call}. */
    static Fault atRandom(Random random, double chance) {
        var meeting = new Exchanger<Boolean>();
        return (deletes, ids) -> {
            meetAnother(meeting);
            synchronized (random) {
                boolean refused = random.nextDouble() < chance;
                return refused ? refusal(random.nextInt(4) == 0 ? Kind.STOPPED : Kind.TRANSIENT) : null;
            }
        };
    }

    /** Calls overlap where they can: each looks for company, for at most a millisecond. */
    private static void meetAnother(Exchanger<Boolean> meeting) throws InterruptedException {
        try {
            meeting.exchange(true, 1, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // alone, then
        }
    }

    @Override
    public String open() {
        return "fake";
    }

    @Override
    public String identity() {
        return "fake";
    }

    @Override
    public void check(Row row) throws IndexException {
        if (row.text().equals("seen to be poison")) {
            throw refusal(Kind.POISON);
        }
    }

    @Override
    public void upsert(List<Row> batch) throws IndexException {
        List<String> ids = batch.stream().map(Row::id).toList();
        call(false, ids, () -> {
            if (batch.stream().anyMatch(row -> row.text().equals("poison"))) {
                throw refusal(Kind.POISON);
            }
            batch.forEach(row -> rows.put(row.id(), row));
        });
        synchronized (upserts) {
            upserts.add(ids);
        }
    }

    @Override
    public void delete(List<String> ids) throws IndexException {
        call(true, ids, () -> ids.forEach(rows::remove));
        synchronized (deletes) {
            deletes.add(ids);
        }
    }

    /** Rows whose text is "poison" are refused always. A TRANSIENT refusal may come after the change was made: an answer lost. */
    private void call(boolean deleting, List<String> ids, Change change) throws IndexException {
        mostCalls.accumulateAndGet(calls.incrementAndGet(), Math::max);
        if (new HashSet<>(ids).size() != ids.size()) {
            violation("an id twice in a call: " + ids);
        }
        for (String id : ids) {
            if (!busy.add(id)) {
                violation("in two calls at a time: " + id);
            }
        }
        try {
            IndexException refusal = fault.before(deleting, ids);
            boolean answerLost = refusal != null && refusal.kind() == Kind.TRANSIENT && ids.hashCode() % 2 == 0;
            if (refusal == null || answerLost) {
                change.make();
            }
            if (refusal != null) {
                throw refusal;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IndexException(Kind.TRANSIENT, "interrupted", e);
        } finally {
            ids.forEach(busy::remove);
            calls.decrementAndGet();
        }
    }

    int calls() {
        return upserts().size() + deletes().size();
    }

    /** The ids of each upsert that was answered. */
    List<List<String>> upserts() {
        synchronized (upserts) {
            return List.copyOf(upserts);
        }
    }

    List<List<String>> deletes() {
        synchronized (deletes) {
            return List.copyOf(deletes);
        }
    }

    List<String> violations() {
        synchronized (violations) {
            return List.copyOf(violations);
        }
    }

    private void violation(String what) {
        synchronized (violations) {
            violations.add(what);
        }
    }

    /** The rows as id -> version. */
    Map<String, Long> content() {
        var content = new TreeMap<String, Long>();
        rows.forEach((id, row) -> content.put(id, row.version()));
        return content;
    }

    @Override
    public List<Hit> search(float[] vector, int k) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long count() {
        return rows.size();
    }

    @Override
    public void close() {}

    private interface Change {
        void make() throws IndexException;
    }
}
