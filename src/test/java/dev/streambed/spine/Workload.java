package dev.streambed.spine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Changes of many documents from a seed: first versions, updates longer and shorter, repeats, deletions, versions out of order,
 * both lanes. It knows which state each document must end in. A document has explicit versions in both lanes, or none in one.
 */
final class Workload {
    private static final String[] WORDS =
            ("river stone lantern copper meadow engine harbor winter signal orchard marble thread"
                            + " canyon ember violin glacier market pepper circuit feather horizon kettle lagoon magnet needle")
                    .split(" ");

    private static final long STEP = 100_000;

    /** One event to send. */
    record Event(String id, String topic, String documentId, String json) {}

    /** What a document must look like at the end; a null text is none at all. */
    record Final(String eventId, @Nullable String text) {}

    private final Random random;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, Final> finals = new HashMap<>();
    private final Map<String, Long> newestVersion = new HashMap<>();
    private final Map<String, String> newestText = new HashMap<>();

    /**
     * @param count of events, at least one for each document
     */
    Workload(long seed, int count, int documents) {
        random = new Random(seed);
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(i < documents ? i : random.nextInt(documents));
        }
        Collections.shuffle(numbers, random);
        for (int i = 0; i < count; i++) {
            add("event-" + seed + "-" + i, numbers.get(i));
        }
    }

    List<Event> events() {
        return events;
    }

    Map<String, Final> finals() {
        return finals;
    }

    private void add(String eventId, int number) {
        String id = "document-" + number;
        boolean explicit = number % 2 == 0;
        boolean delete = random.nextInt(12) == 0;
        boolean repeat = !delete && newestText.containsKey(id) && random.nextInt(6) == 0;
        boolean late = explicit && newestVersion.containsKey(id) && !repeat && random.nextInt(8) == 0;
        String text = repeat ? newestText.getOrDefault(id, "") : text();
        // No version twice: the lanes may swap events, and a version that is newest for a moment would make a conflict.
        long version = newestVersion.getOrDefault(id, 0L) + (late ? -1 - events.size() : STEP);
        String topic = explicit && random.nextBoolean() ? "documents.bulk" : "documents";
        String json = "{\"id\":\"" + id + "\"" + (explicit ? ",\"version\":" + version : "")
                + (delete ? ",\"type\":\"delete\"" : ",\"text\":\"" + text + "\"") + "}";
        events.add(new Event(eventId, topic, id, json));
        if (late) {
            return;
        }
        newestVersion.put(id, version);
        finals.put(id, new Final(eventId, delete ? null : text));
        if (delete) {
            newestText.remove(id);
        } else {
            newestText.put(id, text);
        }
    }

    /** Mostly short; one in fifteen makes several chunks. */
    private String text() {
        int words = random.nextInt(15) == 0 ? 300 + random.nextInt(400) : 5 + random.nextInt(25);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.append(' ').append(random.nextInt(1_000_000)).toString();
    }
}
