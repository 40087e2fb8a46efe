package dev.streambed.observe.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code GET /status}: what one process knows of itself, at one moment. Counts are since the process started and only grow, so a
 * rate is the difference of two answers. What is null is not known yet, or is not in this process.
 *
 * @param atMillis when, since the epoch
 * @param stages those of this process's roles, EMBED first
 * @param embedder null until the model is loaded
 * @param store null until something has been written with it
 * @param outcomes what became of the events that were answered here; without those of zero
 * @param steps how long the steps of those events took
 * @param lagReadAtMillis when the lag was last read, null before that; every few seconds
 * @param lagFailures readings of the lag that did not succeed; the lag is the last one known then
 * @param gpu null where the model does not run on one
 * @param drift by tenant, the model's canary as a part of {@code all}; empty where drift is not watched
 * @param driftHeld why it is not watched at present, for people; null where it is, or is not meant to be
 */
public record Status(
        long atMillis,
        Instance instance,
        Health health,
        List<Stage> stages,
        @Nullable Embedder embedder,
        @Nullable Store store,
        List<Outcome> outcomes,
        List<Step> steps,
        @Nullable Long lagReadAtMillis,
        long lagFailures,
        @Nullable Gpu gpu,
        List<Drift> drift,
        @Nullable String driftHeld) {
    /**
     * The process.
     *
     * @param version of the jar, or null where it runs from classes
     * @param name what tells it from the pipeline's other processes: {@code state.instance-id}, or the host's; null where neither is known
     * @param startedAtMillis since the epoch; another value is another process, whose counts begin at 0
     * @param heapMaxBytes 0 where there is no bound
     * @param cpu share of the machine's processors that the process takes, 0..1
     */
    public record Instance(
            @Nullable String version,
            @Nullable String name,
            String pipeline,
            long startedAtMillis,
            @Nullable Double heapBytes,
            @Nullable Double heapMaxBytes,
            @Nullable Double cpu) {}

    /**
     * What {@code /health} says.
     *
     * @param live false where a restart is the only help
     * @param ready whether it does its work
     * @param holds why not, part by part; empty where it does
     * @param past the last ones that ended, the latest first
     */
    public record Health(boolean live, boolean ready, List<PresentHold> holds, List<PastHold> past) {}

    /**
     * A part that waits, as in {@link Hold}.
     *
     * @param sinceMillis since the epoch, to the second
     */
    public record PresentHold(String part, String code, String reason, long sinceMillis) {}

    /**
     * One that is over.
     *
     * @param reason what was said last
     */
    public record PastHold(String part, String code, String reason, long sinceMillis, long untilMillis) {}

    /**
     * EMBED or INDEX.
     *
     * @param stage {@code embed} or {@code index}
     * @param group its consumer group
     * @param liveEvents accepted and not yet durable in every respect: the ledger's length
     * @param unansweredEvents accepted, their result not sent yet
     * @param answeredEvents whose result was sent, since the stage was started; with the ones above, all that it took in
     * @param oldestSeconds how long the oldest event without an answer has been in flight; 0 where there is none
     * @param holds the codes of why it takes nothing in; {@code gate-full} is usual in a backlog
     */
    public record Stage(
            String stage,
            String group,
            List<Lane> lanes,
            @Nullable Double liveEvents,
            @Nullable Double unansweredEvents,
            @Nullable Double answeredEvents,
            @Nullable Double oldestSeconds,
            List<String> holds) {}

    /**
     * One topic that a stage reads.
     *
     * @param lane {@code interactive}, {@code bulk} or {@code log}
     * @param inFlightBytes accepted and not answered, null until the stage runs
     * @param limitBytes beyond it the lane's partitions pause, null likewise
     * @param lag of the whole group, null until it has been read
     */
    public record Lane(
            String topic,
            String lane,
            @Nullable Double inFlightBytes,
            @Nullable Double limitBytes,
            @Nullable Lag lag) {}

    /**
     * How far a group is behind. What is null could not be read, or is not known yet.
     *
     * @param records between the committed offsets and the ends of the partitions
     * @param seconds age of the oldest of them
     * @param bytes of them, an estimate
     * @param tokens in them, an estimate; of EMBED alone
     * @param workSeconds how long this process alone would work on them
     * @param retentionRatio that age over how long the topic keeps records, or tombstones
     */
    public record Lag(
            long records,
            @Nullable Double seconds,
            @Nullable Double bytes,
            @Nullable Double tokens,
            @Nullable Double workSeconds,
            @Nullable Double retentionRatio,
            List<PartitionLag> partitions) {}

    /** The same of one partition. */
    public record PartitionLag(
            int partition, long records, @Nullable Double seconds) {}

    /**
     * The embedder.
     *
     * @param device {@code cpu} or {@code cuda}; null with an embedding service
     * @param precision {@code fp32} or {@code fp16}; null likewise
     * @param slots batches that may be in the model at once
     * @param runningBatches those that are
     * @param queuedChunks chunks that wait for a slot
     * @param tokenBudget tokens a batch may have at present, padding included
     * @param tokens embedded
     * @param cells the same with padding
     * @param batches that came back from the model
     * @param batchMillis the time they took, together
     * @param callLimit calls at once that an embedding service is believed to bear; null without one
     */
    public record Embedder(
            @Nullable String device,
            @Nullable String precision,
            @Nullable Double slots,
            @Nullable Double runningBatches,
            @Nullable Double queuedChunks,
            @Nullable Double tokenBudget,
            double tokens,
            double cells,
            long batches,
            double batchMillis,
            @Nullable Double callLimit) {}

    /**
     * The store as its writer sees it.
     *
     * @param type {@code milvus} or {@code memory}
     * @param held whether it refuses, so that INDEX holds
     * @param callsAtOnce the bound of {@code callsInFlight}
     * @param queuedRows rows that are in no call yet
     * @param calls upserts made, refused ones too
     * @param rowsWritten in them
     * @param callMillis how long they took
     * @param retries calls that had to be made again
     */
    public record Store(
            String type,
            boolean held,
            @Nullable Double callsInFlight,
            int callsAtOnce,
            int rowsPerCall,
            @Nullable Double queuedDocuments,
            @Nullable Double queuedRows,
            long calls,
            double rowsWritten,
            double retries,
            List<Bucket> callMillis) {}

    /**
     * Events answered alike.
     *
     * @param stage who answered: {@code embed} or {@code index}
     * @param lane the one that the event came by: {@code interactive} or {@code bulk}
     * @param outcome in lower case
     * @param reason its code, or {@code none}
     */
    public record Outcome(String stage, String lane, String outcome, String reason, long count) {}

    /**
     * One step of the events of a lane that were answered by a stage.
     *
     * @param step {@code queue}, {@code tokenize}, {@code embed}, {@code index} or {@code total}
     * @param p50Millis since the start, as {@code p99Millis}; of less, from the differences of two answers' buckets
     */
    public record Step(
            String stage,
            String lane,
            String step,
            long count,
            @Nullable Double p50Millis,
            @Nullable Double p99Millis,
            List<Bucket> buckets) {}

    /**
     * So many values in a range. Empty buckets are left out.
     *
     * @param atMostMillis null: no bound
     */
    public record Bucket(double overMillis, @Nullable Double atMostMillis, long count) {}

    /** The card the model runs on; {@code utilization} 0..1. */
    public record Gpu(
            @Nullable Double utilization,
            @Nullable Double memoryBytes,
            @Nullable Double memoryMaxBytes,
            @Nullable Double celsius) {}

    /**
     * How far the vectors of a tenant are from what they were.
     *
     * @param detected what drifts: {@code data}, {@code model}; empty where nothing does
     * @param baseline how much of what is compared with is there, 0..1; null for the model alone
     * @param windows that were compared, since the start
     */
    public record Drift(
            String tenant,
            List<String> detected,
            @Nullable Double baseline,
            @Nullable Double windows,
            List<DriftFigure> figures) {}

    /**
     * One figure of the last window.
     *
     * @param limit above which it is drift, null where it only informs
     */
    public record DriftFigure(
            String statistic, double value, @Nullable Double limit) {}
}
