package dev.streambed.stage;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One fact an epoch. Topics are acknowledged apart, so after a crash any subset of one commit's records may be there; what depends on
 * another record is therefore written only after a commit has made that record durable: the results first, after a commit the
 * document's head, after another commit the ledger's tombstone. Until then heads are kept here. Owned by the stream thread.
 *
 * @param <H> the head
 */
final class Facts<H> {
    private record Fact<H>(
            long epoch,
            EventRef ref,
            @Nullable String documentId,
            @Nullable H head) {}

    private final ArrayDeque<Fact<H>> heads = new ArrayDeque<>();
    private final ArrayDeque<Fact<H>> retirements = new ArrayDeque<>();
    private final Map<String, H> newest = new HashMap<>();

    /** The results of an event with a new head were sent in this epoch. */
    void sent(long epoch, EventRef ref, String documentId, H head) {
        heads.add(new Fact<>(epoch, ref, documentId, head));
        newest.put(documentId, head);
    }

    /** The results of an event without one were sent in this epoch. */
    void sent(long epoch, EventRef ref) {
        retirements.add(new Fact<>(epoch, ref, null, null));
    }

    /** The head of a document that is not in its store yet, or null. */
    @Nullable
    H newest(String documentId) {
        return newest.get(documentId);
    }

    /** Whether nothing waits for a commit. */
    boolean isEmpty() {
        return heads.isEmpty() && retirements.isEmpty();
    }

    /** Writes what the commits so far allow. */
    void advance(long epoch, BiConsumer<String, H> putHead, Consumer<EventRef> retire) {
        while (isDue(heads, epoch)) {
            Fact<H> fact = heads.remove();
            String documentId = fact.documentId();
            H head = fact.head();
            if (documentId != null && head != null) {
                putHead.accept(documentId, head);
                newest.remove(documentId, head);
            }
            retirements.add(new Fact<>(epoch, fact.ref(), null, null));
        }
        while (isDue(retirements, epoch)) {
            retire.accept(retirements.remove().ref());
        }
    }

    void clear() {
        heads.clear();
        retirements.clear();
        newest.clear();
    }

    private static <H> boolean isDue(ArrayDeque<Fact<H>> facts, long epoch) {
        Fact<H> first = facts.peek();
        return first != null && first.epoch() < epoch;
    }
}
