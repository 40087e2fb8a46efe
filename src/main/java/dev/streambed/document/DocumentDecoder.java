package dev.streambed.document;

import dev.streambed.completion.EventHeaders;
import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record of an input topic into a change, or into the reason why it is none: formats, limits and order of CONTRACT.md, the
 * cheap checks first. Wrong input is answered as far as it can be read. Never throws. Thread-safe.
 */
public final class DocumentDecoder {
    private final DocumentLimits limits;
    private final JsonBodyReader bodies;

    public DocumentDecoder(DocumentLimits limits) {
        this.limits = limits;
        this.bodies = new JsonBodyReader(limits);
    }

    /** Decodes one record; its topic, partition and offset name the event where no {@code ce_id} does. */
    public Decoded decode(ConsumerRecord<byte[], byte[]> record) {
        Envelope envelope = Envelope.read(record, limits);
        String documentId = DocumentIds.legalOrNull(Texts.utf8OrNull(record.key()));
        try {
            if (record.value() != null && record.value().length > limits.maxDocumentBytes()) {
                throw tooLarge(record.value().length);
            }
            Format.of(record.headers(), record.value() != null);
            if (envelope.problem() != null) {
                throw envelope.problem();
            }
            JsonBody body = record.value() == null ? nullValue(record, envelope) : bodies.read(record.value());
            if (documentId == null) {
                documentId = DocumentIds.legalOrNull(body.id() != null ? body.id() : envelope.subject());
            }
            return new Decoded.Accepted(check(record, envelope, body));
        } catch (InvalidInput e) {
            return new Decoded.Rejected(envelope.context(), documentId, e.reason());
        } catch (RuntimeException e) {
            // Not known to happen. A defect here must cost one event, not stop the partition for ever.
            return new Decoded.Rejected(
                    envelope.context(),
                    documentId,
                    new Reason(
                            ReasonCode.MALFORMED,
                            "the decoder failed (a defect, please report it): "
                                    + e.getClass().getName()));
        }
    }

    private DocumentEvent check(ConsumerRecord<byte[], byte[]> record, Envelope envelope, JsonBody body)
            throws InvalidInput {
        String id = idOf(record, envelope, body);
        ChangeType type = typeOf(body);
        Long version = body.version() != null ? body.version() : sequence(envelope);
        if (type == ChangeType.DELETE) {
            // A deletion is never dropped, and stores nothing: no expiry, no text, no title, no metadata.
            DocumentChange deletion = new DocumentChange(id, type, version, "", null, Map.of());
            return new DocumentEvent(envelope.context(), deletion, null);
        }
        String text = body.text() == null ? "" : body.text();
        if (Texts.isBlank(text)) {
            throw new InvalidInput(
                    ReasonCode.EMPTY_TEXT,
                    "field \"text\" is missing, empty or blank; send text, or \"type\": \"delete\" to delete");
        }
        checkSizes(body);
        DocumentChange upsert = new DocumentChange(id, type, version, text, body.title(), body.metadata());
        return new DocumentEvent(envelope.context(), upsert, expiry(envelope));
    }

    /** A null value is the deletion of the key's document. */
    private static JsonBody nullValue(ConsumerRecord<byte[], byte[]> record, Envelope envelope) throws InvalidInput {
        String id = envelope.subject();
        if (record.key() != null) {
            id = Texts.utf8OrNull(record.key());
            if (id == null) {
                throw new InvalidInput(
                        ReasonCode.INVALID_ID, "the record key is not valid UTF-8; it must be the document id");
            }
            DocumentIds.check(id, "the record key");
        }
        return new JsonBody(id, "delete", null, null, null, Map.of());
    }

    private static String idOf(ConsumerRecord<byte[], byte[]> record, Envelope envelope, JsonBody body)
            throws InvalidInput {
        String subject = envelope.subject();
        if (body.id() == null && subject == null) {
            throw new InvalidInput(
                    ReasonCode.INVALID_ID,
                    record.value() == null
                            ? "neither key nor value says which document; set the record key to the document id"
                            : "field \"id\" is missing; set it, and the record key, to the document id");
        }
        if (body.id() != null && subject != null && !subject.equals(body.id())) {
            throw mismatch("header " + EventHeaders.SUBJECT + " is " + Texts.quote(subject), body.id());
        }
        String id = body.id() != null
                ? DocumentIds.check(body.id(), record.value() == null ? "the record key" : "field \"id\"")
                : DocumentIds.check(String.valueOf(subject), "header " + EventHeaders.SUBJECT);
        if (record.key() == null) {
            throw mismatch("the record has no key", id);
        }
        String key = Texts.utf8OrNull(record.key());
        if (!id.equals(key)) {
            throw mismatch("the record key is " + (key == null ? "not valid UTF-8" : Texts.quote(key)), id);
        }
        return id;
    }

    private static InvalidInput mismatch(String what, String id) {
        return new InvalidInput(
                ReasonCode.KEY_MISMATCH,
                what + ", but the document id is " + Texts.quote(id)
                        + "; the record key must be the document id in UTF-8, for it decides the order");
    }

    private static ChangeType typeOf(JsonBody body) throws InvalidInput {
        if (body.type() == null || body.type().equals("upsert")) {
            return ChangeType.UPSERT;
        }
        if (body.type().equals("delete")) {
            return ChangeType.DELETE;
        }
        throw new InvalidInput(
                ReasonCode.UNKNOWN_TYPE,
                "field \"type\" is " + Texts.quote(body.type()) + "; it must be \"upsert\" or \"delete\"");
    }

    private void checkSizes(JsonBody body) throws InvalidInput {
        if (body.title() != null && Texts.utf8Length(body.title()) > limits.maxTitleBytes()) {
            throw new InvalidInput(
                    ReasonCode.METADATA_TOO_LARGE,
                    "field \"title\" has " + Texts.utf8Length(body.title()) + " bytes, more than "
                            + limits.maxTitleBytes() + "; shorten it");
        }
        int metadataBytes = body.metadata().isEmpty() ? 0 : DocumentChangeJson.encode(body.metadata()).length;
        if (metadataBytes > limits.maxMetadataBytes()) {
            throw new InvalidInput(
                    ReasonCode.METADATA_TOO_LARGE,
                    "the metadata, unknown top-level fields included, has " + metadataBytes
                            + " bytes as JSON, more than " + limits.maxMetadataBytes() + "; send less");
        }
    }

    private InvalidInput tooLarge(int bytes) {
        return new InvalidInput(
                ReasonCode.TOO_LARGE,
                "the value has " + bytes + " bytes, more than limits.max-document-bytes (" + limits.maxDocumentBytes()
                        + "); split the document, or raise the limit");
    }

    private static @Nullable Long sequence(Envelope envelope) throws InvalidInput {
        if (envelope.sequence() == null) {
            return null;
        }
        long sequence = Numbers.parse(envelope.sequence());
        if (sequence < 0) {
            throw InvalidInput.malformed("header " + EventHeaders.SEQUENCE + " is " + Texts.quote(envelope.sequence())
                    + "; it must be an integer, 0..2^63-1");
        }
        return sequence;
    }

    private static @Nullable Instant expiry(Envelope envelope) throws InvalidInput {
        String text = envelope.expiryTime();
        if (text == null) {
            return null;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME);
            // RFC 3339 has four digits for the year; beyond, the milliseconds of an epoch overflow.
            if (time.getYear() >= 0 && time.getYear() <= 9999) {
                return time.toInstant();
            }
        } catch (DateTimeParseException e) {
            // Answered below, with what the header must be.
        }
        throw InvalidInput.malformed("header " + EventHeaders.EXPIRY_TIME + " is " + Texts.quote(text)
                + "; it must be a time as in RFC 3339, e.g. 2026-01-31T12:00:00Z");
    }
}
