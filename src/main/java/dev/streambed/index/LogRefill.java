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
     * @return how many records were applied
     * @throws IndexException if the store refuses a record
     */
    public static long run(Consumer<byte[], byte[]> consumer, String log, VectorIndex index) throws IndexException {
        List<TopicPartition> partitions = consumer.partitionsFor(log).stream()
                .map(partition -> new TopicPartition(log, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        long applied = 0;
        while (isBehind(consumer, ends)) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                apply(record, index);
                applied++;
            }
        }
        LOG.info("refilled the store from {} records of {}", applied, log);
        return applied;
    }

    private static boolean isBehind(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        return !ends.isEmpty();
    }

    private static void apply(ConsumerRecord<byte[], byte[]> record, VectorIndex index) throws IndexException {
        LogEntry entry;
        try {
            entry = LogCodec.decode(record.key(), record.value(), record.headers());
        } catch (LogFormatException e) {
            LOG.error("{}-{}-{} is skipped: {}", record.topic(), record.partition(), record.offset(), e.getMessage());
            return;
        }
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
