package dev.streambed.document;

import dev.streambed.completion.EventHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a record say. Read as far as it can be: a wrong header is remembered in {@code problem} and the others are
 * still read, so that a rejected event can be answered to the one who waits.
 *
 * @param context never fails; without a readable {@code ce_id} the event id is {@code <topic>-<partition>-<offset>}
 * @param subject {@code ce_subject}, unchecked, or null
 * @param sequence {@code ce_sequence}, unchecked, or null
 * @param expiryTime {@code ce_expirytime}, unchecked, or null
 * @param problem the first wrong header, or null
 */
record Envelope(
        EventContext context,
        @Nullable String subject,
        @Nullable String sequence,
        @Nullable String expiryTime,
        @Nullable InvalidInput problem) {
    /** Of a header that is passed through. */
    static final int MAX_HEADER_BYTES = 512;

    static Envelope read(ConsumerRecord<byte[], byte[]> record, DocumentLimits limits) {
        Reader reader = new Reader(record);
        String eventId = reader.passedThrough(EventHeaders.ID);
        String correlationId = reader.passedThrough(EventHeaders.CORRELATION_ID);
        Integer replyPartition = reader.replyPartition(limits.replyPartitions());
        String subject = reader.text(EventHeaders.SUBJECT);
        String sequence = reader.text(EventHeaders.SEQUENCE);
        String expiryTime = reader.text(EventHeaders.EXPIRY_TIME);
        EventContext context = new EventContext(
                eventId != null ? eventId : record.topic() + "-" + record.partition() + "-" + record.offset(),
                correlationId,
                replyPartition,
                traceparent(record));
        return new Envelope(context, subject, sequence, expiryTime, reader.problem);
    }

    /** W3C: a receiver ignores a trace context it cannot read; a document is not refused for it. */
    private static @Nullable String traceparent(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(EventHeaders.TRACEPARENT);
        String text = header == null || header.value() == null || header.value().length > MAX_HEADER_BYTES
                ? null
                : Texts.utf8OrNull(header.value());
        return text == null || text.isEmpty() || Texts.hasControlCharacter(text) ? null : text;
    }

    /** Reads one header after another and keeps the first problem. */
    private static final class Reader {
        private final ConsumerRecord<byte[], byte[]> record;
        private @Nullable InvalidInput problem;

        Reader(ConsumerRecord<byte[], byte[]> record) {
            this.record = record;
        }

        @Nullable
        String text(String name) {
            Header header = record.headers().lastHeader(name);
            if (header == null || header.value() == null) {
                return null;
            }
            try {
                return Texts.decodeUtf8(header.value(), "header " + name).toString();
            } catch (InvalidInput e) {
                note(e);
                return null;
            }
        }

        @Nullable
        String passedThrough(String name) {
            String text = text(name);
            if (text == null) {
                return null;
            }
            if (text.isEmpty() || Texts.utf8Length(text) > MAX_HEADER_BYTES || Texts.hasControlCharacter(text)) {
                note(InvalidInput.malformed("header " + name + " is empty, longer than " + MAX_HEADER_BYTES
                        + " bytes or has a control character; send a shorter one, or none"));
                return null;
            }
            return text;
        }

        @Nullable
        Integer replyPartition(int partitions) {
            String text = text(EventHeaders.REPLY_PARTITION);
            if (text == null) {
                return null;
            }
            long partition = Numbers.parse(text);
            if (partition < 0 || partition >= partitions) {
                note(InvalidInput.malformed("header " + EventHeaders.REPLY_PARTITION + " is " + Texts.quote(text)
                        + "; it must be the number of a partition of the completions topic"
                        + (partitions == Integer.MAX_VALUE ? "" : ", 0.." + (partitions - 1))));
                return null;
            }
            return (int) partition;
        }

        private void note(InvalidInput found) {
            if (problem == null) {
                problem = found;
            }
        }
    }
}
