package dev.streambed.index;

import dev.streambed.index.PendingWrite.Call;
import dev.streambed.index.PendingWrite.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written, and how it is put into calls. Not thread-safe: guarded by the writer's lock.
 *
 * <p>Writes of one document are strictly one after another, also when the earlier one was cancelled amid a call: that call may yet reach the
 * store, and must not do so after the later one. So no id is twice in a call, nor in two calls at a time.
 */
final class WriteQueue {
    /** The first of each is the one under way. */
    private final Map<String, ArrayDeque<PendingWrite>> chains = new HashMap<>();

    private final ArrayDeque<Call> halves = new ArrayDeque<>();
    private final LinkedHashSet<PendingWrite> toDelete = new LinkedHashSet<>();
    private final LinkedHashSet<PendingWrite> toUpsert = new LinkedHashSet<>();
    private final List<PendingWrite> complete = new ArrayList<>();
    private int documents;

    void add(PendingWrite pending) {
        var chain = chains.computeIfAbsent(pending.write.documentId(), id -> new ArrayDeque<>(1));
        chain.addLast(pending);
        documents++;
        if (chain.size() == 1) {
            advance(pending);
        }
    }

    /** The writes that were completed since this was last asked: the caller tells their futures, outside the lock. */
    List<PendingWrite> takeComplete() {
        List<PendingWrite> taken = List.copyOf(complete);
        complete.clear();
        return taken;
    }

    /**
     * The next call, or null if nothing waits. Deletions first: they finish documents. A document that does not fit goes on in the next call,
     * after the others.
     */
    @Nullable
    Call next(int maxRows, long maxBytes) {
        Call half = halves.pollFirst();
        if (half != null) {
            return half;
        }
        if (!toDelete.isEmpty()) {
            return call(toDelete, true, maxRows, maxBytes);
        }
        return toUpsert.isEmpty() ? null : call(toUpsert, false, maxRows, maxBytes);
    }

    private static Call call(Set<PendingWrite> from, boolean deletes, int maxRows, long maxBytes) {
        var parts = new ArrayList<Part>();
        int room = maxRows;
        long bytes = maxBytes;
        for (PendingWrite pending : from.stream().limit(maxRows).toList()) {
            var rows = new ArrayList<Row>();
            var ids = new ArrayList<String>();
            int before = room;
            if (deletes) {
                bytes = fill(ids, pending.stale, id -> 2L * id.length(), room, bytes, room == maxRows);
            } else {
                bytes = fill(rows, pending.rows, WriteQueue::bytesOf, room, bytes, room == maxRows);
            }
            room -= rows.size() + ids.size();
            if (room < before) {
                pending.calls++;
                parts.add(new Part(pending, rows, ids));
                from.remove(pending);
                if (!(deletes ? pending.stale : pending.rows).isEmpty()) {
                    from.add(pending); // to the end
                }
            }
            if (room == 0 || bytes <= 0) {
                break;
            }
        }
        return new Call(deletes, parts, false);
    }

    /** Moves what fits; the first of a call always does. Returns the bytes left, 0 or less once one did not fit. */
    private static <T> long fill(
            List<T> into, Remaining<T> from, ToLongFunction<T> bytesOf, int room, long bytes, boolean firstOfCall) {
        long left = bytes;
        while (!from.isEmpty() && into.size() < room) {
            left -= bytesOf.applyAsLong(from.first());
            if (left < 0 && !(firstOfCall && into.isEmpty())) {
                return 0;
            }
            into.add(from.removeFirst());
        }
        return left;
    }

    /** About what a row weighs on the wire. Metadata is the same map in all rows of a document and mostly small: only its texts count. */
    static long bytesOf(Row row) {
        long metadata = 0;
        for (Map.Entry<String, @Nullable Object> entry : row.metadata().entrySet()) {
            metadata +=
                    entry.getKey().length() + String.valueOf(entry.getValue()).length();
        }
        String title = row.title();
        return 4L * row.vector().length + row.text().length() + (title == null ? 0 : title.length()) + metadata + 100;
    }

    /** The store acknowledged the call. */
    void acknowledged(Call call) {
        for (Part part : call.parts()) {
            part.of().calls--;
            advance(part.of());
        }
    }

    /** The store did not take the call: all of it is to be tried again, after what already waits. */
    void giveBack(Call call) {
        if (call.bisecting()) {
            halves.addLast(call);
            return;
        }
        for (Part part : call.parts()) {
            PendingWrite pending = part.of();
            pending.calls--;
            if (pending.future.isDone()) {
                drop(pending);
            } else if (call.deletes()) {
                part.ids().forEach(pending.stale::giveBack);
                toDelete.add(pending);
            } else {
                part.rows().forEach(pending.rows::giveBack);
                toUpsert.add(pending);
            }
        }
    }

    /** One of these documents is refused: two halves, to be called as they are. */
    void bisect(Call call) {
        int middle = call.parts().size() / 2;
        halves.addFirst(new Call(
                call.deletes(), call.parts().subList(middle, call.parts().size()), true));
        halves.addFirst(new Call(call.deletes(), call.parts().subList(0, middle), true));
    }

    /** These parts will not be called: their documents' futures are done, or are about to be. */
    void abandon(Collection<Part> parts) {
        for (Part part : parts) {
            part.of().calls--;
            drop(part.of());
        }
    }

    /** Forgets what has not been called of a write whose future is done, or is about to be. Harmless when repeated. */
    void drop(PendingWrite pending) {
        pending.rows.clear();
        pending.stale.clear();
        toUpsert.remove(pending);
        toDelete.remove(pending);
        var chain = chains.get(pending.write.documentId());
        if (chain != null && chain.peekFirst() != pending && chain.remove(pending)) {
            documents--; // it never was the one under way
        } else {
            advance(pending);
        }
    }

    /** Where a write goes next: into the line for upserts, for deletions, or out, which lets the document's next one in. */
    private void advance(PendingWrite pending) {
        if (!pending.rows.isEmpty()) {
            toUpsert.add(pending);
        } else if (pending.calls == 0 && !pending.stale.isEmpty()) {
            toDelete.add(pending);
        } else if (pending.isFinished()) {
            leave(pending);
        }
    }

    private void leave(PendingWrite pending) {
        var chain = chains.get(pending.write.documentId());
        if (chain == null || chain.peekFirst() != pending) {
            return; // it left before
        }
        chain.removeFirst();
        documents--;
        complete.add(pending);
        PendingWrite next = chain.peekFirst();
        if (next == null) {
            chains.remove(pending.write.documentId());
        } else {
            advance(next);
        }
    }

    /**
     * How long the next call may still wait for more to share it: until the first of what waits has waited as long as it may. 0 where
     * nothing waits, or enough for a call.
     *
     * @param enoughRows of all that waits
     * @param enoughBytes likewise
     * @param now as {@link System#nanoTime}
     */
    long lingerNanos(int enoughRows, long enoughBytes, long now) {
        if (isIdle() || !halves.isEmpty()) {
            return 0;
        }
        long rows = 0;
        long bytes = 0;
        long left = Long.MAX_VALUE;
        for (Set<PendingWrite> line : List.of(toDelete, toUpsert)) {
            for (PendingWrite pending : line) {
                rows += pending.rows.size() + pending.stale.size();
                bytes += pending.bytes;
                left = Math.min(left, pending.lingersUntil - now);
                if (left <= 0 || rows >= enoughRows || bytes >= enoughBytes) {
                    return 0;
                }
            }
        }
        return left;
    }

    /** Whether no call could be made of what is here. */
    boolean isIdle() {
        return halves.isEmpty() && toDelete.isEmpty() && toUpsert.isEmpty();
    }

    /** Every write that has not left, in no order. */
    List<PendingWrite> all() {
        return chains.values().stream().flatMap(ArrayDeque::stream).toList();
    }

    int documents() {
        return documents;
    }

    /** Rows in no call yet. */
    int rows() {
        return toUpsert.stream().mapToInt(pending -> pending.rows.size()).sum();
    }
}
