package dev.streambed.document;

import dev.streambed.completion.EventHeaders;
import dev.streambed.completion.ReasonCode;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** How a change is put into a record. */
enum Format {
    /** The value alone; headers of CloudEvents are honoured where they are, e.g. {@code ce_id}. */
    PLAIN_JSON,
    /** CloudEvents 1.0, binary mode: the same value, its envelope in {@code ce_} headers. */
    CLOUD_EVENTS_BINARY;

    private static final Set<String> CONTENT_TYPES = Set.of(EventHeaders.JSON, "text/json");

    /**
     * Tells the format by the headers.
     *
     * @param hasValue false for a null value, whose content type does not matter
     * @throws InvalidInput UNKNOWN_FORMAT, or UNKNOWN_TYPE for a CloudEvent that is no document change
     */
    static Format of(Headers headers, boolean hasValue) throws InvalidInput {
        String specVersion = EventHeaders.text(headers, EventHeaders.SPEC_VERSION);
        if (specVersion != null && !specVersion.equals(EventHeaders.SPEC_VERSION_1_0)) {
            throw unknown("header " + EventHeaders.SPEC_VERSION + " is " + Texts.quote(specVersion)
                    + "; only CloudEvents " + EventHeaders.SPEC_VERSION_1_0 + " is read");
        }
        if (hasValue) {
            checkContentType(EventHeaders.CONTENT_TYPE, EventHeaders.text(headers, EventHeaders.CONTENT_TYPE));
            checkContentType(
                    EventHeaders.DATA_CONTENT_TYPE, EventHeaders.text(headers, EventHeaders.DATA_CONTENT_TYPE));
        }
        String type = EventHeaders.text(headers, EventHeaders.TYPE);
        if (type != null && !type.equals(EventHeaders.DOCUMENT_CHANGED)) {
            throw new InvalidInput(
                    ReasonCode.UNKNOWN_TYPE,
                    "header " + EventHeaders.TYPE + " is " + Texts.quote(type) + "; a document change is "
                            + EventHeaders.DOCUMENT_CHANGED);
        }
        return specVersion == null ? PLAIN_JSON : CLOUD_EVENTS_BINARY;
    }

    private static void checkContentType(String header, @Nullable String contentType) throws InvalidInput {
        if (contentType == null) {
            return;
        }
        String[] parts = contentType
                .toLowerCase(Locale.ROOT)
                .replace(" ", "")
                .replace("\"", "")
                .split(";", -1);
        boolean known = CONTENT_TYPES.contains(parts[0]);
        for (int i = 1; known && i < parts.length; i++) {
            known = !parts[i].startsWith("charset=") || parts[i].equals("charset=utf-8");
        }
        if (!known) {
            throw unknown("header " + header + " is " + Texts.quote(contentType) + "; send " + EventHeaders.JSON
                    + " in UTF-8 (CloudEvents in binary mode)");
        }
    }

    static InvalidInput unknown(String message) {
        return new InvalidInput(ReasonCode.UNKNOWN_FORMAT, message);
    }
}
