package dev.streambed.index;

import dev.streambed.index.PendingWrite.Call;
import dev.streambed.index.PendingWrite.Part;
import dev.streambed.observe.trace.NoSpan;
import dev.streambed.observe.trace.SpanAttribute;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One call to the store under way, as metrics and traces see it. Owned by the worker that makes it. */
final class ObservedCall {
    private final Call call;
    private final WriterMetrics metrics;
    private final TraceSpan span;
    private final long startNanos = System.nanoTime();
    private @Nullable String errorType = "unexpected"; // until it is known better

    private ObservedCall(Call call, WriterMetrics metrics, TraceSpan span) {
        this.call = call;
        this.metrics = metrics;
        this.span = span;
    }

    /** The call is made now; {@link #end} must follow, however it ends. */
    static ObservedCall begin(Call call, StoreName store, WriterMetrics metrics) {
        metrics.begin();
        return new ObservedCall(call, metrics, span(call, store));
    }

    /** The store acknowledged it. */
    void answered() {
        errorType = null;
    }

    /** The store refused it; returns the refusal. */
    IndexException refused(IndexException refusal) {
        errorType = refusal.kind().name().toLowerCase(Locale.ROOT);
        return refusal;
    }

    void end() {
        metrics.end(call.deletes(), call.size(), System.nanoTime() - startNanos);
        if (errorType != null) {
            span.failed(errorType);
        }
        span.end();
    }

    /** Part of the first document that is traced, and linked to each that is. */
    private static TraceSpan span(Call call, StoreName store) {
        Set<TraceSpan> documents = null; // made where there is one: most processes trace little or nothing
        for (Part part : call.parts()) {
            TraceSpan document = part.of().write.span();
            if (document.isRecording()) {
                documents = documents == null ? new LinkedHashSet<>() : documents;
                documents.add(document);
            }
        }
        if (documents == null) {
            return NoSpan.NONE;
        }
        SpanName name = call.deletes() ? SpanName.DELETE : SpanName.UPSERT;
        TraceSpan span = documents.iterator().next().child(name, store.collection(), documents);
        span.set(SpanAttribute.DB_SYSTEM, store.system())
                .set(SpanAttribute.DB_NAMESPACE, store.namespace())
                .set(SpanAttribute.DB_COLLECTION, store.collection())
                .set(SpanAttribute.DB_OPERATION, name.operation())
                .set(SpanAttribute.BATCH_ROWS, call.size())
                .set(SpanAttribute.BATCH_DOCUMENTS, documents.size())
                .set(SpanAttribute.SERVER_ADDRESS, store.host());
        if (call.size() > 1) {
            span.set(SpanAttribute.DB_BATCH_SIZE, call.size()); // one is no batch, say the conventions
        }
        if (store.port() >= 0) {
            span.set(SpanAttribute.SERVER_PORT, store.port());
        }
        return span;
    }
}
