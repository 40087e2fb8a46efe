package dev.streambed.embed;

import dev.streambed.document.DocumentChange;
import dev.streambed.document.DocumentEvent;
import dev.streambed.document.EventContext;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.stage.EventRef;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A change on its way through EMBED.
 *
 * @param record as it arrived; its bytes go to the dead letters if it comes to that
 * @param event decoded
 * @param lane where it arrived
 * @param span of its processing, from its arrival on
 */
record EmbedEvent(ConsumerRecord<byte[], byte[]> record, DocumentEvent event, Lane lane, TraceSpan span) {
    DocumentChange change() {
        return event.change();
    }

    EventContext context() {
        return event.context();
    }

    EventRef ref() {
        return new EventRef(record.topic(), record.partition(), record.offset());
    }

    /** The broker's append time, epoch milliseconds. */
    long appendedAtMillis() {
        return record.timestamp();
    }

    /** Of key and value. */
    long bytes() {
        byte @Nullable [] key = record.key();
        byte @Nullable [] value = record.value();
        return (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
    }

    boolean isExpired(Instant now) {
        @Nullable Instant expiry = event.expiry();
        return expiry != null && expiry.isBefore(now);
    }
}
