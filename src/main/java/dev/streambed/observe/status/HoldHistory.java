package dev.streambed.observe.status;

import dev.streambed.observe.status.Status.PastHold;
import dev.streambed.observe.status.Status.PresentHold;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Since when each hold lasts, and which were the last to end. As exact as it is told often: a hold that comes and goes between two looks was none.
 * Thread-safe.
 */
final class HoldHistory {
    /** Past holds that are kept. */
    static final int KEPT = 8;

    /** Of one cause, whatever its words: they may hold a count, or an address. */
    private record Cause(String part, String code) {}

    private final Map<Cause, PresentHold> present = new LinkedHashMap<>();
    private final Deque<PastHold> past = new ArrayDeque<>();

    /** What waits now; what waited before and is not among it has ended. */
    synchronized void look(List<Hold> holds, long nowMillis) {
        Map<Cause, Hold> now = new LinkedHashMap<>();
        holds.forEach(hold -> now.putIfAbsent(new Cause(hold.part(), hold.code()), hold));
        Iterator<Map.Entry<Cause, PresentHold>> known = present.entrySet().iterator();
        while (known.hasNext()) {
            Map.Entry<Cause, PresentHold> each = known.next();
            if (!now.containsKey(each.getKey())) {
                known.remove();
                PresentHold ended = each.getValue();
                past.addFirst(new PastHold(
                        ended.part(),
                        ended.code(),
                        ended.reason(),
                        ended.sinceMillis(),
                        Math.max(ended.sinceMillis(), nowMillis)));
            }
        }
        now.forEach((cause, hold) -> {
            PresentHold before = present.get(cause);
            long since = before == null ? nowMillis : before.sinceMillis();
            present.put(cause, new PresentHold(hold.part(), hold.code(), hold.reason(), since));
        });
        while (past.size() > KEPT) {
            past.removeLast();
        }
    }

    /** The longest first. */
    synchronized List<PresentHold> present() {
        return List.copyOf(present.values());
    }

    /** The last one first. */
    synchronized List<PastHold> past() {
        return new ArrayList<>(past);
    }
}
