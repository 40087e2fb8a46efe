package dev.streambed.cli.faults.oracle;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record as somebody careless or malicious sends it, and what must become of it. No two are of the same document.
 *
 * @param eventId the {@code ce_id} among its headers, or null where none can be read: its place names it then
 * @param bulk the lane
 * @param key the record's
 * @param value the record's
 * @param partition where it is sent, or null for the key's
 * @param headers the record's
 * @param verdict what must become of it
 * @param what it is, for people
 */
@SuppressWarnings("ArrayRecordComponent") // sent once, never compared
public record HostileEvent(
        @Nullable String eventId,
        boolean bulk,
        byte @Nullable [] key,
        byte @Nullable [] value,
        @Nullable Integer partition,
        List<Header> headers,
        Verdict verdict,
        String what) {
    /** Begins the id of each document. */
    public static final String NAME = "hostile-";

    /** What the contract says of it. */
    public enum Verdict {
        /** It is wrong. */
        REJECTED,
        /** It is sound, though it does not look so. */
        DONE,
        /** The contract leaves it open, or a fuzzer made it: one kind of answer, and the store agrees with it. */
        ANSWERED
    }

    public HostileEvent {
        headers = List.copyOf(headers);
    }

    /** The same under the name that it has where the broker put it. */
    public HostileEvent at(String topic, int placed, long offset) {
        String id = eventId != null ? eventId : topic + "-" + placed + "-" + offset;
        return new HostileEvent(id, bulk, key, value, partition, headers, verdict, what);
    }

    /** Its document, if its key may name one. */
    public Optional<String> documentId() {
        return Optional.ofNullable(key)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .filter(id -> id.startsWith(NAME));
    }
}
