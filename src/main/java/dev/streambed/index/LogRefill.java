package dev.streambed.index;

import dev.streambed.log.LogCodec;
import dev.streambed.log.LogEntry;
import dev.streambed.log.LogFormatException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
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

    private final VectorIndex index;
    private final String fingerprint;

    /** What was applied last of each document. */
    private final Map<String, Indexed> newest = new HashMap<>();

    private LogRefill(VectorIndex index, String fingerprint) {
        this.index = index;
        this.fingerprint = fingerprint;
    }

    /**
     * Applies the log up to the end it has now.
     *
     * @param consumer without a group, owned by the caller
     * @param fingerprint the pipeline's; vectors of another are left out, as INDEX leaves them out
     * @param stopped asked between two polls: whether to give up
     * @return how many records were read
     * @throws IndexException if the store is not as it must be, or this was stopped; a record that the store refuses is left out, as
     *     INDEX left it out
     */
    public static long run(
            Consumer<byte[], byte[]> consumer,
            String log,
            VectorIndex index,
            String fingerprint,
            BooleanSupplier stopped)
            throws IndexException {
        List<TopicPartition> partitions = consumer.partitionsFor(log).stream()
                .map(partition -> new TopicPartition(log, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        LogRefill refill = new LogRefill(index, fingerprint);
        long read = 0;
        while (isBehind(consumer, ends)) {
            if (stopped.getAsBoolean()) {
                throw new IndexException(
                        IndexException.Kind.TRANSIENT, "stopped after " + read + " records of the log");
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                refill.applyOrSkip(record);
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

    private void applyOrSkip(ConsumerRecord<byte[], byte[]> record) throws IndexException {
        try {
            LogEntry entry = LogCodec.decode(record.key(), record.value(), record.headers());
            IndexEvent event = new IndexEvent(entry, record.offset(), record.timestamp());
            String madeBy = entry.provenance().fingerprint();
            if (entry instanceof LogEntry.Upsert && !madeBy.equals(fingerprint)) {
                skipped(record, "its vectors were made by a pipeline of fingerprint " + madeBy);
            } else if (!isOlder(event)) {
                apply(event);
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

    /** A crash of EMBED sends again what was sent and passed: INDEX does not write it over the newer one, nor does this. */
    private boolean isOlder(IndexEvent event) {
        Indexed applied = newest.get(event.entry().documentId());
        return applied != null && event.isNotNewerThan(applied) && !event.isSameSourceAs(applied);
    }

    private static void skipped(ConsumerRecord<byte[], byte[]> record, @Nullable String why) {
        LOG.error("{}-{}-{} is skipped: {}", record.topic(), record.partition(), record.offset(), why);
    }

    private void apply(IndexEvent event) throws IndexException {
        LogEntry entry = event.entry();
        int chunks = 0;
        if (entry instanceof LogEntry.Upsert upsert) {
            chunks = upsert.chunks().size();
            index.upsert(DocumentRows.of(upsert));
        }
        if (!event.isMark()) {
            delete(entry.documentId(), chunks, event.largestChunkCount());
            newest.put(entry.documentId(), event.remembered("", entry.version(), chunks, event.largestChunkCount()));
        }
    }

    private void delete(String documentId, int from, int to) throws IndexException {
        List<String> stale = DocumentRows.staleIds(documentId, from, to);
        if (!stale.isEmpty()) {
            index.delete(stale);
        }
    }
}
