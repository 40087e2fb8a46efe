package dev.streambed.cli.publish;

import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Counts and times; small whatever is counted. Thread-safe. */
final class Tally {
    private final Map<Outcome, Histogram> latencies = new EnumMap<>(Outcome.class);
    private final Histogram all = histogram();
    private long published;
    private long unsent;
    private long missing;
    private long firstSendNanos;
    private long lastDoneNanos;
    private boolean started;

    synchronized void sending(long nanos) {
        if (!started) {
            started = true;
            firstSendNanos = nanos;
            lastDoneNanos = nanos;
        }
    }

    synchronized void acknowledged(long nanos) {
        published++;
        lastDoneNanos = Math.max(lastDoneNanos, nanos);
    }

    synchronized void answered(Completion completion, long sentNanos, long nanos) {
        published++;
        lastDoneNanos = Math.max(lastDoneNanos, nanos);
        long micros = Math.max(1, Math.min(all.getHighestTrackableValue(), (nanos - sentNanos) / 1000));
        all.recordValue(micros);
        latencies.computeIfAbsent(completion.outcome(), outcome -> histogram()).recordValue(micros);
    }

    synchronized void unanswered() {
        published++;
        missing++;
    }

    synchronized void unsent() {
        unsent++;
    }

    synchronized PublishResult result() {
        Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
        Map<Outcome, PublishResult.Latency> each = new EnumMap<>(Outcome.class);
        latencies.forEach((outcome, histogram) -> {
            outcomes.put(outcome, histogram.getTotalCount());
            each.put(outcome, latency(histogram));
        });
        return new PublishResult(
                published,
                unsent,
                missing,
                outcomes,
                (lastDoneNanos - firstSendNanos) / 1e9,
                all.getTotalCount() == 0 ? null : latency(all),
                each);
    }

    /** Of microseconds, three digits exact, up to a day. */
    private static Histogram histogram() {
        return new Histogram(1, 86_400_000_000L, 3);
    }

    private static PublishResult.Latency latency(Histogram histogram) {
        return new PublishResult.Latency(
                histogram.getValueAtPercentile(50) / 1000.0,
                histogram.getValueAtPercentile(90) / 1000.0,
                histogram.getValueAtPercentile(99) / 1000.0);
    }
}
