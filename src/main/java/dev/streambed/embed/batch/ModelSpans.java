package dev.streambed.embed.batch;

import dev.streambed.embed.batch.Job.Item;
import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The spans of the batches in a model, with the attributes that OpenTelemetry's conventions for generative AI give them. Thread-safe.
 *
 * @param name in this process, or a call elsewhere
 * @param provider what runs the model
 * @param model its name
 * @param dimension components of a vector
 * @param server where the model is, null for in this process
 */
public record ModelSpans(
        SpanName name,
        String provider,
        String model,
        int dimension,
        @Nullable URI server) {
    /** Of a model that has no name. */
    public static final ModelSpans UNNAMED = new ModelSpans(SpanName.EMBEDDINGS, "unknown", "", 0, null);

    /** A batch goes into the model: part of the first document that is traced, and linked to each that is. */
    TraceSpan began(List<Item> batch) {
        Set<TraceSpan> documents = null; // made where there is one: most processes trace little or nothing
        for (Item item : batch) {
            if (item.job().span().isRecording()) {
                documents = documents == null ? new LinkedHashSet<>() : documents;
                documents.add(item.job().span());
            }
        }
        return documents == null ? NoSpan.NONE : began(batch, documents);
    }

    private TraceSpan began(List<Item> batch, Set<TraceSpan> documents) {
        TraceSpan span = documents.iterator().next().child(name, model, documents);
        span.set(SpanAttribute.GEN_AI_OPERATION, name.operation())
                .set(SpanAttribute.GEN_AI_PROVIDER, provider)
                .set(SpanAttribute.GEN_AI_MODEL, model)
                .set(SpanAttribute.GEN_AI_DIMENSION, dimension)
                .set(
                        SpanAttribute.GEN_AI_INPUT_TOKENS,
                        batch.stream().mapToLong(Item::length).sum())
                .set(SpanAttribute.BATCH_CHUNKS, batch.size())
                .set(SpanAttribute.BATCH_DOCUMENTS, documents.size())
                .set(SpanAttribute.BATCH_PADDED_TOKENS, BatchRunner.cells(batch));
        if (server != null) {
            span.set(SpanAttribute.SERVER_ADDRESS, server.getHost());
            if (server.getPort() >= 0) {
                span.set(SpanAttribute.SERVER_PORT, server.getPort());
            }
        }
        return span;
    }
}
