package dev.streambed.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.index.PendingWrite.Call;
import dev.streambed.index.PendingWrite.Part;
import dev.streambed.observe.trace.SpanName;
import dev.streambed.observe.trace.TraceSpan;
import dev.streambed.observe.trace.Tracing;
import dev.streambed.observe.trace.otel.ExportOptions;
import dev.streambed.observe.trace.otel.OtelTracing;
import dev.streambed.testing.OtlpReceiver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a trace says of a call to the store. */
class ObservedCallTest {
    private static final StoreName STORE = new StoreName("milvus", "vectors", "articles", "milvus.example", 19530);

    @Test
    void namesTheCollectionItsDatabaseAndItsServer() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (OtlpReceiver receiver = OtlpReceiver.start();
                Tracing tracing = OtelTracing.start(
                        new ExportOptions(receiver.url(), Map.of(), 1, "tested", "1", "minilm"), registry)) {
            TraceSpan document = tracing.begin(SpanName.PROCESS_DOCUMENT, "documents", null);
            List<Row> rows = Rows.document("a", 1, 2, 4, new Random(1));
            PendingWrite write = new PendingWrite(
                    new IndexWriter.Write("a", rows, List.of(), () -> true, Duration.ZERO, document), 0);

            ObservedCall observed = ObservedCall.begin(
                    new Call(false, List.of(new Part(write, rows, List.of())), false),
                    STORE,
                    new WriterMetrics(registry, () -> 0, () -> 0, () -> 0, () -> 0));
            observed.answered();
            observed.end();
            document.end();

            receiver.await("both spans", spans -> spans.size() == 2);
            assertThat(receiver.spans())
                    .filteredOn(span -> span.name().equals("upsert articles"))
                    .singleElement()
                    .satisfies(span -> assertThat(span.attributes())
                            .isEqualTo(Map.of(
                                    "db.system.name", "milvus",
                                    "db.namespace", "vectors",
                                    "db.collection.name", "articles",
                                    "db.operation.name", "upsert",
                                    "db.operation.batch.size", 2L,
                                    "streambed.batch.rows", 2L,
                                    "streambed.batch.documents", 1L,
                                    "server.address", "milvus.example",
                                    "server.port", 19530L)));
        }
    }
}
