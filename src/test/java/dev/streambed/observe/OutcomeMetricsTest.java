package dev.streambed.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.completion.Outcome;
import dev.streambed.completion.Reason;
import dev.streambed.completion.ReasonCode;
import dev.streambed.completion.Timings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Collection;
import org.junit.jupiter.api.Test;

class OutcomeMetricsTest {
    private static final Timings TIMINGS = new Timings(1, 2, 3, 4, 10);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void tellsTheLanesApart() {
        OutcomeMetrics metrics = OutcomeMetrics.ofIndex(registry, "p", "documents.bulk");

        metrics.ended("documents", Outcome.INDEXED, null, TIMINGS);
        metrics.ended("documents.bulk", Outcome.INDEXED, null, TIMINGS);
        metrics.ended("documents.bulk", Outcome.DELETED, null, TIMINGS);

        assertThat(outcomes("indexed", "interactive")).isEqualTo(1);
        assertThat(outcomes("indexed", "bulk")).isEqualTo(1);
        assertThat(registry.get("streambed.step")
                        .tags("lane", "interactive", "step", "total")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("streambed.step")
                        .tags("lane", "bulk", "step", "total")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(registry.find("streambed.step")
                        .tags("lane", "bulk", "step", "embed")
                        .timer())
                .as("a deletion is not embedded")
                .extracting(timer -> timer == null ? 0 : timer.count())
                .isEqualTo(1L);
    }

    /** An alert sees a first failure only as an increase from 0. */
    @Test
    void whatMayBeAnsweredIsThereFromTheBeginning() {
        OutcomeMetrics embed = OutcomeMetrics.ofEmbed(registry, "p", "documents.bulk");
        OutcomeMetrics index = OutcomeMetrics.ofIndex(registry, "p", "documents.bulk");
        int before = registry.getMeters().size();
        assertThat(counters())
                .isNotEmpty()
                .allSatisfy(counter -> assertThat(counter.count()).isZero());

        for (ReasonCode code : ReasonCode.values()) {
            switch (code) {
                case EMBEDDER_FAILED -> embed.ended("documents", Outcome.FAILED, reason(code), TIMINGS);
                case INDEX_REFUSED -> index.ended("documents", Outcome.FAILED, reason(code), TIMINGS);
                case EXPIRED -> embed.ended("documents", Outcome.EXPIRED, reason(code), TIMINGS);
                case SUPERSEDED -> index.ended("documents", Outcome.SUPERSEDED, reason(code), TIMINGS);
                default -> embed.ended("documents", Outcome.REJECTED, reason(code), TIMINGS);
            }
        }
        embed.sentOn("documents.bulk");

        assertThat(registry.getMeters().stream()
                        .filter(meter -> meter instanceof Counter)
                        .count())
                .as("no counter was new")
                .isEqualTo(before);
    }

    private static Reason reason(ReasonCode code) {
        return new Reason(code, "why");
    }

    private Collection<Counter> counters() {
        return registry.get("streambed.outcomes").counters();
    }

    private double outcomes(String outcome, String lane) {
        return registry.get("streambed.outcomes")
                .tags("outcome", outcome, "lane", lane)
                .counter()
                .count();
    }
}
