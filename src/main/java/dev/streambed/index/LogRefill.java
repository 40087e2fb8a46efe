package dev.streambed.index;

import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.log.LogFormatException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills an empty store of this process from the log, without the model and without answering anybody: what the callers were told
 * is in the store must be there again before INDEX goes on. Runs on the caller's thread, before INDEX starts.
 */
public final class LogRefill {
    private static final Logger LOG = LoggerFactory.getLogger(LogRefill.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private LogRefill() {}

    /**
     * Applies the log up to the end it has now.
     *
     * @param consumer without a group, owned by the caller
     * @param fingerprint the pipeline's; vectors of another are left out, as INDEX leaves them out
     * @return how many records were read
     * @throws IndexException if the store is not as it must be; a record that it refuses is left out, as INDEX left it out
     */
    public static long run(Consumer<byte[], byte[]> consumer, String log, VectorIndex index, String fingerprint)
            throws IndexException {
        List<TopicPartition> partitions = consumer.partitionsFor(log).stream()
                .map(partition -> new TopicPartition(log, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        long read = 0;
        while (isBehind(consumer, ends)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                applyOrSkip(record, index, fingerprint);
                read++;
            }
        }
        LOG.info("refilled the store from {} records of {}", read, log);
        return read;
    }

    private static boolean isBehind(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        return !ends.isEmpty();
    }

    private static void applyOrSkip(ConsumerRecord<byte[], byte[]> record, VectorIndex index, String fingerprint)
            throws IndexException {
        try {
            LogEntry entry = LogCodec.decode(record.key(), record.value(), record.headers());
            String madeBy = entry.provenance().fingerprint();
            if (entry instanceof LogEntry.Upsert && !madeBy.equals(fingerprint)) {
                skipped(record, "its vectors were made by a pipeline of fingerprint " + madeBy);
            } else {
                apply(entry, index);
            }
        } catch (LogFormatException e) {
            skipped(record, e.getMessage());
        } catch (IndexException e) {
            if (e.kind() != IndexException.Kind.POISON) {
                throw e;
            }
            skipped(record, e.getMessage());
        }
    }

    private static void skipped(ConsumerRecord<byte[], byte[]> record, @Nullable String why) {
        LOG.error("{}-{}-{} is skipped: {}", record.topic(), record.partition(), record.offset(), why);
    }

    private static void apply(LogEntry entry, VectorIndex index) throws IndexException {
        if (entry instanceof LogEntry.Upsert upsert) {
            index.upsert(DocumentRows.of(upsert));
            delete(index, upsert.documentId(), upsert.chunks().size(), upsert.largestChunkCount());
        } else if (entry instanceof LogEntry.Tombstone tombstone) {
            delete(index, tombstone.documentId(), 0, tombstone.largestChunkCount());
        }
    }

    private static void delete(VectorIndex index, String documentId, int from, int to) throws IndexException {
        List<String> stale = DocumentRows.staleIds(documentId, from, to);
        if (!stale.isEmpty()) {
            index.delete(stale);
        }
    }
}
