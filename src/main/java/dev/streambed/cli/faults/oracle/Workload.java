package dev.streambed.cli.faults.oracle;

import dev.streambed.cli.faults.oracle.Change.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Changes of many documents from a seed: first versions, updates longer and shorter, repeats, deletions, versions out of order, both
 * lanes, and some that are broken. Every second document has explicit versions in both lanes; the others have none, and one lane, for
 * arrival decides there. Not thread-safe.
 */
public final class Workload {
    private static final String[] WORDS =
            ("river stone lantern copper meadow engine harbor winter signal orchard marble thread canyon ember violin glacier market"
                            + " pepper circuit feather horizon kettle lagoon magnet needle")
                    .split(" ");
    private static final List<String> BROKEN = List.of(
            "no json at all",
            "{\"id\":\"%s\",\"text\":17}",
            "{\"id\":\"%s\",\"text\":\"  \"}",
            "{\"id\":\"another\",\"text\":\"x\"}");

    /** Between two explicit versions, so that those in between can come late. */
    private static final long STEP = 1_000_000;

    private final Random random;
    private final String name;
    private final Map<String, Long> newestOrder = new HashMap<>();
    private final Map<String, Content> newestContent = new HashMap<>();
    private int count;

    /**
     * @param name begins each event's id
     */
    public Workload(long seed, String name) {
        this.random = new Random(seed);
        this.name = name;
    }

    /**
     * More changes.
     *
     * @param changes how many
     * @param documents of so many documents
     */
    public List<Change> next(int changes, int documents) {
        List<Change> next = new ArrayList<>(changes);
        for (int i = 0; i < changes; i++) {
            int number = random.nextInt(documents);
            next.add(random.nextInt(50) == 0 ? broken() : sound("document-" + number, number % 2 == 0));
        }
        return next;
    }

    /** A change of this document, newer than all before it. */
    public Change update(String documentId, Content content) {
        return change(documentId, order(documentId, STEP), random.nextBoolean(), true, content);
    }

    /** The same without a version: arrival decides, so it is always the interactive lane. */
    public Change updateByArrival(String documentId, Content content) {
        return change(documentId, order(documentId, STEP), false, false, content);
    }

    /** Words of this seed. */
    public Content content(int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(WORDS[random.nextInt(WORDS.length)]).append(i % 12 == 11 ? ". " : " ");
        }
        int mark = random.nextInt(1_000_000_000);
        return new Content(text.append(mark).toString(), "title " + random.nextInt(1_000), mark);
    }

    private Change broken() {
        String documentId = "broken-" + count;
        String body = BROKEN.get(random.nextInt(BROKEN.size())).formatted(documentId);
        return new Change(nextId(), 0, random.nextBoolean(), documentId, null, null, body);
    }

    private Change sound(String documentId, boolean explicit) {
        boolean delete = random.nextInt(12) == 0;
        Content before = newestContent.get(documentId);
        boolean repeat = !delete && before != null && random.nextInt(6) == 0;
        boolean late = explicit && newestOrder.containsKey(documentId) && !repeat && random.nextInt(8) == 0;
        // Mostly short; one in fifteen makes several chunks.
        int words = random.nextInt(15) == 0 ? 300 + random.nextInt(400) : 5 + random.nextInt(25);
        Content content = delete ? null : repeat ? before : content(words);
        boolean bulk = explicit && random.nextBoolean();
        if (late) {
            // No version twice: the lanes may swap events, and a version that is newest for a moment would make a
            // conflict.
            return change(documentId, newestOrder.getOrDefault(documentId, 0L) - 1 - count, bulk, true, content, false);
        }
        return change(documentId, order(documentId, STEP), bulk, explicit, content);
    }

    private long order(String documentId, long step) {
        return newestOrder.getOrDefault(documentId, 0L) + step;
    }

    private Change change(String documentId, long order, boolean bulk, boolean explicit, @Nullable Content content) {
        return change(documentId, order, bulk, explicit, content, true);
    }

    private Change change(
            String documentId, long order, boolean bulk, boolean explicit, @Nullable Content content, boolean newest) {
        if (newest) {
            newestOrder.put(documentId, order);
            if (content == null) {
                newestContent.remove(documentId);
            } else {
                newestContent.put(documentId, content);
            }
        }
        return Change.of(nextId(), order, bulk, documentId, explicit ? order : null, content);
    }

    private String nextId() {
        return name + "-" + count++;
    }
}
