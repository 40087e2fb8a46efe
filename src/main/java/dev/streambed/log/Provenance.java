package dev.streambed.log;

import dev.streambed.document.EventContext;

/**
 * Which event made a record of the log, and what it took; in the record's headers, so that marks and tombstones carry it too.
 *
 * @param event the event to answer
 * @param sourceTopic the input topic (lane) it arrived on
 * @param sourcePartition its partition
 * @param sourceOffset its offset
 * @param appendedAtMillis the broker's append time of the event, epoch milliseconds
 * @param queueMillis see {@link dev.streambed.completion.Timings}
 * @param tokenizeMillis likewise
 * @param embedMillis likewise
 * @param truncated whether text was cut
 * @param fingerprint the pipeline's
 */
public record Provenance(
        EventContext event,
        String sourceTopic,
        int sourcePartition,
        long sourceOffset,
        long appendedAtMillis,
        long queueMillis,
        long tokenizeMillis,
        long embedMillis,
        boolean truncated,
        String fingerprint) {}
