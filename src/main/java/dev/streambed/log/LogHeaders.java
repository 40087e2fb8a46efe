package dev.streambed.log;

import dev.streambed.completion.EventHeaders;
import dev.streambed.document.EventContext;
import org.apache.kafka.common.header.Headers;

/**
 * Headers of the log's records, all text, so that any console reader shows them. The event's own keep their names ({@code ce_id},
 * {@code ce_correlationid}, {@code ce_replypartition}, {@code traceparent}); Streambed's begin with {@code sb_}.
 */
final class LogHeaders {
    /** Of the whole record; raised when an older reader would misread a newer record. */
    static final int FORMAT_VERSION = 1;

    private static final String FORMAT = "sb_format";
    private static final String SOURCE = "sb_source"; // <topic>/<partition>/<offset>
    private static final String APPENDED_AT = "sb_appendedat"; // epoch milliseconds
    private static final String MILLIS = "sb_millis"; // <queue>/<tokenize>/<embed>
    private static final String TRUNCATED = "sb_truncated"; // true, or absent
    private static final String FINGERPRINT = "sb_fingerprint";

    static final String VERSION = "sb_version";
    static final String CONTENT_VERSION = "sb_contentversion";
    static final String CHUNKS = "sb_chunks";
    static final String LARGEST_CHUNK_COUNT = "sb_largestchunkcount";

    private LogHeaders() {}

    static void write(Headers headers, Provenance provenance) {
        EventContext event = provenance.event();
        add(headers, FORMAT, FORMAT_VERSION);
        EventHeaders.add(headers, EventHeaders.ID, event.eventId());
        EventHeaders.add(headers, EventHeaders.CORRELATION_ID, event.correlationId());
        EventHeaders.add(
                headers,
                EventHeaders.REPLY_PARTITION,
                event.replyPartition() == null ? null : event.replyPartition().toString());
        EventHeaders.add(headers, EventHeaders.TRACEPARENT, event.traceparent());
        EventHeaders.add(
                headers,
                SOURCE,
                provenance.sourceTopic() + '/' + provenance.sourcePartition() + '/' + provenance.sourceOffset());
        add(headers, APPENDED_AT, provenance.appendedAtMillis());
        EventHeaders.add(
                headers,
                MILLIS,
                provenance.queueMillis() + "/" + provenance.tokenizeMillis() + "/" + provenance.embedMillis());
        EventHeaders.add(headers, TRUNCATED, provenance.truncated() ? "true" : null);
        EventHeaders.add(headers, FINGERPRINT, provenance.fingerprint());
    }

    static void add(Headers headers, String name, long number) {
        EventHeaders.add(headers, name, Long.toString(number));
    }

    static Provenance read(Headers headers) {
        requireFormat(number(headers, FORMAT));
        String[] source = parts(headers, SOURCE);
        String[] millis = parts(headers, MILLIS);
        String replyPartition = EventHeaders.text(headers, EventHeaders.REPLY_PARTITION);
        return new Provenance(
                new EventContext(
                        required(headers, EventHeaders.ID),
                        EventHeaders.text(headers, EventHeaders.CORRELATION_ID),
                        replyPartition == null ? null : (int) parse(replyPartition, EventHeaders.REPLY_PARTITION),
                        EventHeaders.text(headers, EventHeaders.TRACEPARENT)),
                source[0],
                (int) parse(source[1], SOURCE),
                parse(source[2], SOURCE),
                number(headers, APPENDED_AT),
                parse(millis[0], MILLIS),
                parse(millis[1], MILLIS),
                parse(millis[2], MILLIS),
                "true".equals(EventHeaders.text(headers, TRUNCATED)),
                required(headers, FINGERPRINT));
    }

    static void requireFormat(long format) {
        if (format != FORMAT_VERSION) {
            throw new LogFormatException("a record of the log has format version " + format + ", and only "
                    + FORMAT_VERSION + " is read here; upgrade this reader");
        }
    }

    static long number(Headers headers, String name) {
        return parse(required(headers, name), name);
    }

    private static String[] parts(Headers headers, String name) {
        String[] parts = required(headers, name).split("/", -1);
        if (parts.length != 3) {
            throw new LogFormatException("header " + name + " of a record of the log has not three parts");
        }
        return parts;
    }

    private static String required(Headers headers, String name) {
        String text = EventHeaders.text(headers, name);
        if (text == null) {
            throw new LogFormatException("a record of the log has no header " + name);
        }
        return text;
    }

    private static long parse(String text, String name) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new LogFormatException("header " + name + " of a record of the log is no number", e);
        }
    }
}
