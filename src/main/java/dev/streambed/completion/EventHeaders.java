package dev.streambed.completion;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Names of the record headers of events and completions: CloudEvents 1.0, Kafka binding, binary mode. Values are UTF-8 text. */
public final class EventHeaders {
    public static final String SPEC_VERSION = "ce_specversion";
    public static final String TYPE = "ce_type";
    public static final String SOURCE = "ce_source";
    public static final String ID = "ce_id";
    public static final String SUBJECT = "ce_subject";
    public static final String SEQUENCE = "ce_sequence";
    public static final String EXPIRY_TIME = "ce_expirytime";
    public static final String CORRELATION_ID = "ce_correlationid";
    public static final String CAUSATION_ID = "ce_causationid";
    public static final String REPLY_PARTITION = "ce_replypartition";
    public static final String DATA_CONTENT_TYPE = "ce_datacontenttype";
    public static final String CONTENT_TYPE = "content-type";
    public static final String TRACEPARENT = "traceparent";

    /** The only CloudEvents version read and written. */
    public static final String SPEC_VERSION_1_0 = "1.0";

    /** The {@code ce_type} of a document change. */
    public static final String DOCUMENT_CHANGED = "dev.streambed.document.changed";

    public static final String JSON = "application/json";

    private EventHeaders() {}

    /** Adds a header of UTF-8 text; a null value adds nothing. */
    public static void add(Headers headers, String name, @Nullable String value) {
        if (value != null) {
            headers.add(name, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The last header of that name as text, bytes that are not UTF-8 replaced; null where it is absent or has a null value. */
    public static @Nullable String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
