package dev.streambed.observe.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.observe.status.Status.Bucket;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void leavesEmptyBucketsOutAndKeepsWhatIsBeyondTheLast() {
        Timer timer = Timer.builder("timer")
                .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(100))
                .register(registry);
        timer.record(Duration.ofNanos(10));
        timer.record(Duration.ofMillis(50));
        timer.record(Duration.ofMillis(60));
        timer.record(Duration.ofHours(1));

        assertThat(Histogram.of(timer))
                .containsExactly(new Bucket(0, 1.0, 1), new Bucket(10, 100.0, 2), new Bucket(100, null, 1));
    }

    @Test
    void hasNoBucketsWhereTheTimerHasNone() {
        registry.timer("plain").record(Duration.ofMillis(5));

        assertThat(Histogram.of(registry.timer("plain"))).isEmpty();
    }

    @Test
    void spreadsEvenlyWithinABucket() {
        List<Bucket> buckets = List.of(new Bucket(0, 10.0, 50), new Bucket(20, 30.0, 49), new Bucket(100, null, 1));

        assertThat(Histogram.quantile(buckets, 0.25)).isEqualTo(5);
        assertThat(Histogram.quantile(buckets, 0.5)).isEqualTo(10);
        assertThat(Histogram.quantile(buckets, 0.99)).isEqualTo(30);
        assertThat(Histogram.quantile(buckets, 1)).isEqualTo(100);
        assertThat(Histogram.quantile(List.of(), 0.5)).isNull();
    }
}
