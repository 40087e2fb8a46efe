package dev.streambed.cli.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What it takes; as JSON its fields have these names.
 *
 * @param tokensPerSecond what one instance does
 * @param rateSource where that comes from
 * @param windowsPerDocument rows of a document
 * @param modelTokensPerDocument its tokens, special and shared ones included
 * @param tokensPerSecondNeeded the load by its deadline, or the peak, whichever is more
 * @param instancesNeeded so many must live
 * @param instances one more than that
 * @param loadSeconds the load takes at the planned utilisation, with one instance lost
 * @param partitions of {@code documents}, {@code documents.bulk} and {@code embeddings}
 * @param liveMegabytes of an instance's heap at the most
 * @param heapMegabytes its {@code -Xmx}
 * @param logBytes of {@code embeddings}, all copies
 * @param laneBytes of the two lanes, all copies
 * @param changelogBytes of the heads, all copies
 * @param kafkaBytes the sum of the three
 * @param stateBytesPerInstance the heads in RocksDB, with one instance lost
 * @param rows in Milvus
 * @param milvusBytes memory of its query nodes
 */
public record Plan(
        double tokensPerSecond,
        String rateSource,
        long windowsPerDocument,
        double modelTokensPerDocument,
        double tokensPerSecondNeeded,
        long instancesNeeded,
        long instances,
        long loadSeconds,
        long partitions,
        long liveMegabytes,
        long heapMegabytes,
        long logBytes,
        long laneBytes,
        long changelogBytes,
        long kafkaBytes,
        long stateBytesPerInstance,
        long rows,
        long milvusBytes) {
    /** More than that is a mistake, or another plan. */
    private static final long MOST_INSTANCES = 10_000;

    private static final double GIGABYTE = 1 << 30;

    /**
     * Puts the formulas together.
     *
     * @throws IllegalArgumentException where no sensible number of instances is enough
     */
    public static Plan of(PlanInput input, Rate rate) {
        long windows = Sizing.windows(input.tokens(), input.chunkTokens(), input.overlap());
        double modelTokens = Sizing.modelTokens(input.tokens(), windows, input.overlap());
        double loading = input.documents() * modelTokens / input.deadline().toSeconds();
        double needed = Math.max(loading, input.peak() * modelTokens);
        long least = Sizing.instancesNeeded(needed, rate.tokensPerSecond(), input.utilisation());
        if (least >= MOST_INSTANCES) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%.0f tokens a second are needed and an instance does %.0f: that is %d instances. A later --deadline, a"
                            + " faster machine or model, or shorter documents would help",
                    needed,
                    rate.tokensPerSecond(),
                    least));
        }
        long instances = least + 1;
        double record = Sizing.logRecordBytes(input.bytes(), windows, input.dimension());
        long log = Sizing.logBytes(input.documents(), input.peak(), record, input.replication());
        long lanes =
                Sizing.laneBytes(input.documents(), input.deadline(), input.peak(), input.bytes(), input.replication());
        long changelogs = Sizing.changelogBytes(input.documents(), input.replication());
        long live = Sizing.liveMegabytes(input.threads(), input.embedInFlightBytes(), input.indexInFlightBytes());
        long rows = Math.multiplyExact(input.documents(), windows);
        double share = modelTokens / input.tokens(); // the text of what is shared is stored twice
        return new Plan(
                rate.tokensPerSecond(),
                rate.source(),
                windows,
                modelTokens,
                needed,
                least,
                instances,
                Sizing.up(input.documents() * modelTokens / (least * rate.tokensPerSecond() * input.utilisation())),
                Sizing.partitions(instances, input.threads()),
                live,
                Sizing.heapMegabytes(live),
                log,
                lanes,
                changelogs,
                log + lanes + changelogs,
                Sizing.stateBytes(input.documents(), instances),
                rows,
                Sizing.milvusBytes(rows, input.dimension(), input.bytes() * share / windows, input.utilisation()));
    }

    /** For people: each figure, and its formula in words. */
    public List<String> lines(PlanInput input) {
        int room = input.chunkTokens() - Sizing.SPECIAL_TOKENS;
        List<String> lines = new ArrayList<>();
        add(lines, "one instance", "%.0f tokens/s", tokensPerSecond, rateSource);
        add(
                lines,
                "a document",
                "%d windows",
                windowsPerDocument,
                format(
                        "1 where its %.0f tokens fit into %d; else tokens less overlap, over %.2f x (%d - %d)",
                        input.tokens(), room, Sizing.STEP, room, input.overlap()));
        add(
                lines,
                "through the model",
                "%.0f tokens",
                modelTokensPerDocument,
                format(
                        "a document's tokens, %d a window for the special ones, %.1f x overlap for each window but the first",
                        Sizing.SPECIAL_TOKENS, Sizing.SHARED));
        add(
                lines,
                "needed",
                "%.0f tokens/s",
                tokensPerSecondNeeded,
                format(
                        "the larger of %d documents in %s, and %.1f changes a second",
                        input.documents(), time(input.deadline()), input.peak()));
        add(
                lines,
                "instances",
                "%d",
                instances,
                format(
                        "needed over %.2f of what one does is %d, and one more: with any one lost, the others suffice and nothing has to"
                                + " be started",
                        input.utilisation(), instancesNeeded));
        add(
                lines,
                "the load takes",
                "%s",
                time(Duration.ofSeconds(loadSeconds)),
                format("with one instance lost, each at %.2f of its rate", input.utilisation()));
        add(
                lines,
                "partitions",
                "%d",
                partitions,
                format(
                        "a power of two, at least %d, at least %d for each of the %d threads: the fullest has at most a quarter more than"
                                + " its share; cannot grow later",
                        Sizing.LEAST_PARTITIONS, Sizing.TASKS_A_THREAD, instances * input.threads()));
        add(
                lines,
                "heap, each",
                "%d MiB",
                heapMegabytes,
                format(
                        "%d MiB live at the most (README, The heap), over %.1f, in steps of %d; the model and RocksDB lie outside",
                        liveMegabytes, Sizing.LIVE_SHARE, Sizing.HEAP_STEP_MEGABYTES));
        add(
                lines,
                "Kafka: log",
                "%s",
                size(logBytes),
                format(
                        "text + windows x (4 x %d + %d) + %d bytes a document, and what %d days of changes replace, x %d copies",
                        input.dimension(),
                        Sizing.CHUNK_BYTES,
                        Sizing.RECORD_BYTES,
                        Sizing.COMPACTION_LAG.toDays(),
                        input.replication()));
        add(
                lines,
                "Kafka: lanes",
                "%s",
                size(laneBytes),
                format(
                        "text + %d bytes a change, what arrives in %d days, x %d copies",
                        Sizing.RECORD_BYTES, Sizing.RETENTION.toDays(), input.replication()));
        add(
                lines,
                "Kafka: changelogs",
                "%s",
                size(changelogBytes),
                format(
                        "heads of %d bytes a document x %d while it compacts, x %d copies",
                        Sizing.HEADS_BYTES, Sizing.COMPACTING, input.replication()));
        add(lines, "Kafka's disks", "%s", size(kafkaBytes), "the three together, not compressed, over all brokers");
        add(
                lines,
                "disk, each instance",
                "%s",
                size(stateBytesPerInstance),
                format("the same heads in RocksDB, shared by %d instances: one is lost", instances - 1));
        add(
                lines,
                "Milvus's memory",
                "%s",
                size(milvusBytes),
                format(
                        "%d rows x (4 x %d + graph %.0f for M %d + %d + text), over %.2f; one copy, all fields loaded",
                        rows,
                        input.dimension(),
                        Sizing.graphBytes(),
                        Sizing.HNSW_M,
                        Sizing.ROW_BYTES,
                        input.utilisation()));
        return lines;
    }

    private static void add(List<String> lines, String name, String format, Object value, String words) {
        lines.add(format("%-20s %16s   %s", name, format(format, value), words));
    }

    private static String size(long bytes) {
        return format("%.1f GiB", Math.ceil(bytes / GIGABYTE * 10) / 10);
    }

    private static String time(Duration duration) {
        double hours = Math.ceil(duration.toSeconds() / 360.0) / 10;
        return hours < 48 ? format("%.1f h", hours) : format("%.1f days", hours / 24);
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
