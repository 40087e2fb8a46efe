package dev.streambed.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streambed.completion.Completion;
import dev.streambed.completion.Outcome;
import dev.streambed.completion.Timings;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnsweredTest {
    @Test
    void takesTheMedianOfEachStepApart() {
        Answered answered =
                new Answered(List.of(one(30, 9, 1), one(10, 7, 3))).and(new Answered(List.of(one(20, 8, 20))));

        assertThat(answered.latencies()).isEqualTo(new Latencies(3, 20, 30));
        assertThat(answered.embedMillis()).isEqualTo(8);
        assertThat(answered.indexMillis()).isEqualTo(3);
        assertThat(answered.secondHalf().latencies()).isEqualTo(new Latencies(2, 10, 20));
    }

    private static Answered.One one(long millis, long embedMillis, long indexMillis) {
        Timings timings = new Timings(0, 0, embedMillis, indexMillis, millis);
        return new Answered.One(
                millis * 1_000_000,
                new Completion("e", "d", 1L, Outcome.INDEXED, null, 1, false, "p", timings, null, null));
    }
}
