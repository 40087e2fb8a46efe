package dev.streambed.cli.faults.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One event of a workload.
 *
 * @param eventId its {@code ce_id}
 * @param order among the changes of its document, by which the newest is told: the version where it is explicit, else the place
 * @param bulk the lane
 * @param documentId also the record's key
 * @param version explicit, or null
 * @param content what is stored, or null for a deletion
 * @param broken what is sent instead, to be REJECTED; null where it is sound
 */
public record Change(
        String eventId,
        long order,
        boolean bulk,
        String documentId,
        @Nullable Long version,
        @Nullable Content content,
        @Nullable String broken) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a document says; two changes with equal contents are the same to the pipeline.
     *
     * @param text embedded
     * @param title stored
     * @param mark stored as metadata
     */
    public record Content(String text, String title, long mark) {}

    /** A sound change. */
    public static Change of(
            String eventId,
            long order,
            boolean bulk,
            String documentId,
            @Nullable Long version,
            @Nullable Content content) {
        return new Change(eventId, order, bulk, documentId, version, content, null);
    }

    public boolean isDeletion() {
        return content == null && broken == null;
    }

    /** The record's value. */
    public byte[] value() {
        if (broken != null) {
            return broken.getBytes(StandardCharsets.UTF_8);
        }
        ObjectNode json = JSON.createObjectNode().put("id", documentId);
        if (version != null) {
            json.put("version", version);
        }
        if (content == null) {
            json.put("type", "delete");
        } else {
            json.put("text", content.text()).put("title", content.title());
            json.putObject("metadata").put("mark", content.mark());
        }
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that Jackson made", e);
        }
    }
}
