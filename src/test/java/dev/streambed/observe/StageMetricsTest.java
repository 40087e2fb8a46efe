package dev.streambed.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StageMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void showsEachReasonAStageCanWaitFor() {
        Set<HoldCode> held = EnumSet.noneOf(HoldCode.class);
        new StageMetrics(registry, "p", "index").watchHolds(() -> held);

        assertThat(reasons())
                .containsExactlyInAnyOrder("starting", "not-running", "gate-full", "store-transient", "store-stopped");
        assertThat(hold("store-transient")).isZero();

        held.add(HoldCode.STORE_TRANSIENT);
        assertThat(hold("store-transient")).isEqualTo(1);
        assertThat(hold("store-stopped")).isZero();
    }

    @Test
    void aStageThatStartsAnewTakesThePlaceOfTheOneBefore() {
        StageMetrics metrics = new StageMetrics(registry, "p", "embed");
        AtomicLong first = new AtomicLong(7);
        AtomicLong second = new AtomicLong(3);

        metrics.watchProgress(first, AtomicLong::get, AtomicLong::get);
        metrics.watchProgress(second, AtomicLong::get, AtomicLong::get);

        assertThat(registry.get("streambed.stage.oldest").gauge().value()).isEqualTo(3);
        assertThat(registry.get("streambed.stage.answered.events")
                        .functionCounter()
                        .count())
                .isEqualTo(3);
    }

    private List<String> reasons() {
        return registry.get("streambed.hold").gauges().stream()
                .map(gauge -> String.valueOf(gauge.getId().getTag("reason")))
                .toList();
    }

    private double hold(String reason) {
        return registry.get("streambed.hold").tag("reason", reason).gauge().value();
    }
}
