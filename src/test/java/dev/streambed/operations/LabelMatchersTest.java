package dev.streambed.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streambed.operations.LabelMatchers.Asked;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code MetricsPageTest} holds what is found against a running service. */
class LabelMatchersTest {
    @Test
    void findsEachValueThatALabelIsComparedWith() {
        assertThat(LabelMatchers.of("""
                        sum(rate(streambed_outcomes_total{pipeline="$pipeline",instance=~"$instance",outcome=~"failed|rejected"}[5m]))
                        unless max by (stage) (streambed_hold{reason!="gate-full"}) == 1
                        """))
                .containsExactly(
                        new Asked("streambed_outcomes_total", "outcome", List.of("failed", "rejected")),
                        new Asked("streambed_hold", "reason", List.of("gate-full")));
    }

    @Test
    void takesNoExpressionThatItDoesNotUnderstand() {
        assertThatThrownBy(() -> LabelMatchers.of("streambed_hold{reason=~\"store-.*\"}"))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void namesAValueThatNoServiceShows() {
        assertThatThrownBy(() -> LabelMatchers.expectValuesThatThereAre(
                        "streambed_outcomes_total{outcome=\"indexed\",reason=\"none\"} 1.0"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("streambed_outcomes_total")
                .hasMessageContaining("failed");
    }
}
