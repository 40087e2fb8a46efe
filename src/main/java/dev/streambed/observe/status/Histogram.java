package dev.streambed.observe.status;

import dev.streambed.observe.status.Status.Bucket;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A timer's histogram, bucket by bucket. */
final class Histogram {
    private Histogram() {}

    /** The buckets that hold something, in order. Empty for a timer without a histogram. */
    static List<Bucket> of(Timer timer) {
        HistogramSnapshot snapshot = timer.takeSnapshot();
        CountAtBucket[] cumulative = snapshot.histogramCounts();
        List<Bucket> buckets = new ArrayList<>();
        double over = 0;
        double below = 0;
        for (CountAtBucket bucket : cumulative) {
            double atMost = bucket.bucket(TimeUnit.MILLISECONDS);
            add(buckets, over, Double.isFinite(atMost) ? atMost : null, bucket.count() - below);
            over = atMost;
            below = bucket.count();
        }
        if (cumulative.length > 0 && Double.isFinite(over)) {
            // The two are not read at one moment.
            add(buckets, over, null, Math.max(0, snapshot.count() - below));
        }
        return buckets;
    }

    private static void add(List<Bucket> buckets, double over, @Nullable Double atMost, double count) {
        if (count > 0) {
            buckets.add(new Bucket(over, atMost, Math.round(count)));
        }
    }

    /**
     * Evenly spread within its bucket, as Prometheus has it.
     *
     * @return null where there is nothing
     */
    static @Nullable Double quantile(List<Bucket> buckets, double q) {
        double rank = q * buckets.stream().mapToLong(Bucket::count).sum();
        double below = 0;
        for (Bucket bucket : buckets) {
            if (below + bucket.count() >= rank) {
                Double atMost = bucket.atMostMillis();
                return atMost == null
                        ? bucket.overMillis()
                        : bucket.overMillis() + (atMost - bucket.overMillis()) * (rank - below) / bucket.count();
            }
            below += bucket.count();
        }
        return null;
    }
}
