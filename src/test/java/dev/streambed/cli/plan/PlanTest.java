package dev.streambed.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Rate RATE = new Rate(10_000, "of a test");

    @Test
    void meetsTheDeadlineWithAnyOneInstanceLost() {
        for (long documents : new long[] {1, 1_000, 1_000_000, 50_000_000}) {
            PlanInput input = input(documents, 200, Duration.ofHours(8), 0);
            Plan plan = Plan.of(input, RATE);

            double left = (plan.instances() - 1) * RATE.tokensPerSecond() * input.utilisation();
            assertThat(left * 8 * 3_600).isGreaterThanOrEqualTo(documents * 202.0);
            assertThat(plan.loadSeconds()).isLessThanOrEqualTo(8 * 3_600);
            assertThat(plan.partitions()).isGreaterThanOrEqualTo(plan.instances());
        }
    }

    @Test
    void plansForThePeakWhereThatIsMore() {
        // given a load of 7 tokens a second, and 100 changes a second of 202 tokens each
        Plan plan = Plan.of(input(1_000, 200, Duration.ofHours(8), 100), RATE);

        assertThat(plan.tokensPerSecondNeeded()).isEqualTo(20_200);
        assertThat(plan.instancesNeeded()).isEqualTo(3);
        assertThat(plan.instances()).isEqualTo(4);
    }

    @Test
    void sumsUpWhatKafkaHolds() {
        Plan plan = Plan.of(input(1_000_000, 2_000, Duration.ofHours(8), 1), RATE);

        assertThat(plan.kafkaBytes()).isEqualTo(plan.logBytes() + plan.laneBytes() + plan.changelogBytes());
        assertThat(plan.rows()).isEqualTo(10_000_000);
    }

    @Test
    void refusesWhatNoNumberOfInstancesCanDo() {
        assertThatThrownBy(() -> Plan.of(input(Long.MAX_VALUE, 200, Duration.ofSeconds(1), 0), RATE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("A later --deadline");
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> input(0, 200, Duration.ofHours(8), 0)).hasMessage("--documents is 0; 1 or more");
        assertThatThrownBy(() -> input(1, Double.NaN, Duration.ofHours(8), 0)).hasMessageContaining("--tokens");
        assertThatThrownBy(() -> input(1, 200, Duration.ZERO, 0)).hasMessageContaining("--deadline");
        assertThatThrownBy(() -> input(1, 200, Duration.ofHours(8), -1)).hasMessageContaining("--peak");
        assertThatThrownBy(() -> new Rate(0, "")).hasMessageContaining("more than 0");
    }

    private static PlanInput input(long documents, double tokens, Duration deadline, double peak) {
        return new PlanInput(
                documents, tokens, tokens * 4.5, deadline, peak, 256, 32, 384, 3, 0.7, 1, 16 << 20, 32 << 20);
    }
}
