package dev.streambed.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.document.EventContext;
import dev.streambed.log.EmbeddedChunk;
import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.log.Provenance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class LogRefillTest {
    private static final String LOG = "embeddings.p";
    private static final TopicPartition PARTITION = new TopicPartition(LOG, 0);

    private final FakeStore store = new FakeStore();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    private void given(LogEntry... entries) {
        Node[] none = new Node[0];
        consumer.updatePartitions(LOG, List.of(new PartitionInfo(LOG, 0, Node.noNode(), none, none)));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) entries.length));
        consumer.schedulePollTask(() -> {
            for (int offset = 0; offset < entries.length; offset++) {
                LogEntry entry = entries[offset];
                consumer.addRecord(new ConsumerRecord<>(
                        LOG,
                        0,
                        offset,
                        0,
                        TimestampType.LOG_APPEND_TIME,
                        1,
                        1,
                        LogCodec.key(entry),
                        LogCodec.value(entry),
                        LogCodec.headers(entry),
                        Optional.empty()));
            }
        });
    }

    @Test
    void appliesWhatTheLogSaysInItsOrder() throws IndexException {
        given(
                upsert("a", "old!"),
                upsert("b", "gone"),
                upsert("a", "new!"),
                new LogEntry.Tombstone("b", 2, 1, source()));

        assertThat(LogRefill.run(consumer, LOG, store, "p1", () -> false)).isEqualTo(4);

        assertThat(store.rows).containsOnlyKeys("a#0");
        assertThat(store.rows.values()).extracting(Row::text).containsExactly("new!");
    }

    @Test
    void leavesOutWhatTheStoreRefused() throws IndexException {
        given(upsert("a", "poison"), upsert("b", "fine"));

        LogRefill.run(consumer, LOG, store, "p1", () -> false);

        assertThat(store.rows).containsOnlyKeys("b#0");
    }

    @Test
    void givesUpWhereTheStoreIsNotAsItMustBe() {
        given(upsert("a", "fine"));
        store.fault = (deletes, ids) -> FakeStore.refusal(IndexException.Kind.STOPPED);

        assertThatThrownBy(() -> LogRefill.run(consumer, LOG, store, "p1", () -> false))
                .isInstanceOf(IndexException.class);
    }

    @Test
    void leavesOutTheVectorsOfAnotherModel() throws IndexException {
        given(upsert("a", "fine"), upsert("b", "foreign", source("p2")));

        LogRefill.run(consumer, LOG, store, "p1", () -> false);

        assertThat(store.rows).containsOnlyKeys("a#0");
    }

    @Test
    void leavesOutWhatACrashOfEmbedSentAgain() throws IndexException {
        given(upsert("a", "old!", source(0)), upsert("a", "new!", source(1)), upsert("a", "old!", source(0)));

        LogRefill.run(consumer, LOG, store, "p1", () -> false);

        assertThat(store.rows.values()).extracting(Row::text).containsExactly("new!");
    }

    @Test
    void givesUpWhenItIsStopped() {
        given(upsert("a", "fine"));

        assertThatThrownBy(() -> LogRefill.run(consumer, LOG, store, "p1", () -> true))
                .isInstanceOf(IndexException.class)
                .hasMessageContaining("stopped");
    }

    private static LogEntry upsert(String documentId, String text) {
        return upsert(documentId, text, source());
    }

    private static LogEntry upsert(String documentId, String text, Provenance source) {
        List<EmbeddedChunk> chunk = List.of(new EmbeddedChunk(0, text.length(), new float[] {1, 0}));
        return new LogEntry.Upsert(documentId, 1, null, text, Map.of(), chunk, 1, source);
    }

    private static Provenance source() {
        return source("p1");
    }

    private static Provenance source(long offset) {
        EventContext event = new EventContext("event-" + offset, null, null, null);
        return new Provenance(event, "documents", 0, offset, offset, 1, 2, 3, false, "p1");
    }

    private static Provenance source(String fingerprint) {
        EventContext event = new EventContext("event", null, null, null);
        return new Provenance(event, "documents", 0, 0, 0, 1, 2, 3, false, fingerprint);
    }
}
